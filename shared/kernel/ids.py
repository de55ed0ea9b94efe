"""Identifiers: time-ordered UUIDs (RFC 9562, version 7), and fixed ones for named things."""

import os
import time
from uuid import UUID, uuid5

_NAMED = UUID("6f1d2f0e-8a55-5c0a-9d7e-3f0c6f3f7c11")


def new_id() -> UUID:
    """A version 7 UUID: 48 bits of Unix milliseconds, then 74 random bits."""
    value = int.from_bytes(os.urandom(10))
    stamp = time.time_ns() // 1_000_000
    high = (stamp & (1 << 48) - 1) << 80 | 0x7 << 76 | (value >> 68 & 0xFFF) << 64
    return UUID(int=high | 0b10 << 62 | value & (1 << 62) - 1)


def named_id(kind: str, name: str) -> UUID:
    """The one stream id of something that already has a name (a worker's `staff_id`)."""
    return uuid5(_NAMED, f"{kind}:{name}")

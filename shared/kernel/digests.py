"""What a signature binds to: one digest of what a version says."""

import hashlib
import json
import os
from dataclasses import is_dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID


def digest_of(salt: str, **content: Any) -> str:
    """SHA-256 (hex) of a version's canonical content and its salt.

    Canonical: JSON as the event stores it, keys sorted, no spaces. Without the salt, which is
    sealed with the content, it says nothing.
    """
    return hashlib.sha256(canonical({**content, "salt": salt}).encode()).hexdigest()


def new_salt() -> str:
    """What makes a version's digest say nothing by itself."""
    return os.urandom(16).hex()


def canonical(content: Any) -> str:
    return json.dumps(
        content, default=_plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return vars(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)

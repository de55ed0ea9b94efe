"""Keys for tests: rings that are no secret, and data keys outside any database."""

import base64
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.eventstore.sealing import DataKey
from shared.eventstore.wrapping import KeyRing

KEY = DataKey(UUID(int=1), "service-user:someone", AESGCM(bytes(range(32))))
"""A key that no database knows."""
KEYS = {KEY.id: KEY}
DESTROYED = {KEY.id: None}


def ring_file(*names: str) -> str:
    """A ring's file. A name stands for the same key-encryption key each time."""
    return "\n".join(
        f"{name} {base64.b64encode(name.encode().ljust(32)[:32]).decode()}" for name in names
    )


def ring(*names: str) -> KeyRing:
    return KeyRing.parse(ring_file(*names or ("kek-1",)))

"""Data keys are stored wrapped, under the deployment's key-encryption key (KEK).

`KeyWrapper` is the seam for a key-management service; `KeyRing` does the same from a file.
"""

import base64
import binascii
import os
import re
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.kernel.errors import Unavailable

KEY_BYTES, NONCE_BYTES = 32, 12
_KEK_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A data key that only the holder of the KEK called `kek` can use."""

    value: bytes
    kek: str


class CannotUnwrap(Unavailable):
    """The KEK is not at hand, or the wrapped key is not what was wrapped for this context."""

    detail = "The key-encryption key of this record is not available here; try again later."


class KeyWrapper(Protocol):
    """Wraps data keys under a KEK that never leaves it.

    `context` says what the key is for; unwrapping with another context must fail. Implementations
    may be called many times at once, keep no data key, and put none into logs or errors.
    """

    @property
    def current(self) -> str:
        """The id of the KEK that `wrap` uses now. Changes only with a restart."""
        ...

    async def wrap(self, key: bytes, context: bytes) -> Wrapped:
        """Wrap 32 bytes under the current KEK. Raises `Unavailable` when that can't be done."""
        ...

    async def unwrap(self, wrapped: Wrapped, context: bytes) -> bytes:
        """The 32 bytes that were wrapped, under any KEK still held. Raises `CannotUnwrap`."""
        ...


class MalformedKeyRing(ValueError):
    """Why a ring can't be used: which line, and never what is in it."""


class KeyRing:
    """KEKs from a file: AES-256-GCM, 12 random bytes before the ciphertext, `context` as AAD."""

    def __init__(self, keys: dict[str, AESGCM]) -> None:
        self._keys = keys
        self._current = next(iter(keys))

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read lines of `<kek-id> <base64 of 32 bytes>`; the first wraps, all unwrap."""
        keys: dict[str, AESGCM] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            name, _, encoded = line.strip().partition(" ")
            if not _KEK_ID.fullmatch(name):
                raise MalformedKeyRing(f"key ring, line {number}: it does not begin with an id")
            if name in keys:
                raise MalformedKeyRing(f"key ring, line {number}: its id was given before")
            keys[name] = AESGCM(_key(encoded, number))
        if not keys:
            raise MalformedKeyRing("key ring: it holds no key-encryption key")
        return cls(keys)

    @property
    def current(self) -> str:
        return self._current

    async def wrap(self, key: bytes, context: bytes) -> Wrapped:
        nonce = os.urandom(NONCE_BYTES)
        value = nonce + self._keys[self._current].encrypt(nonce, key, context)
        return Wrapped(value, self._current)

    async def unwrap(self, wrapped: Wrapped, context: bytes) -> bytes:
        nonce, value = wrapped.value[:NONCE_BYTES], wrapped.value[NONCE_BYTES:]
        try:
            return self._keys[wrapped.kek].decrypt(nonce, value, context)
        except (KeyError, InvalidTag):
            raise CannotUnwrap() from None


def _key(encoded: str, line: int) -> bytes:
    try:
        key = base64.b64decode(encoded.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise MalformedKeyRing(f"key ring, line {line}: not base64 of 32 bytes") from None
    return key

"""Sealing what is personal under the data subject's key: AES-256-GCM (ADR 9).

A sealed value is 12 random bytes, then ciphertext and tag. What it may stand for is in the
additional data, in UTF-8, so that it opens nowhere else:

    event <stream id> <version> <type>          personal fields of an event
    document <stream id>                        a read model's document
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic_core import to_json

from shared.eventstore.wrapping import NONCE_BYTES

KEY_ID_BYTES = 16


class CannotOpen(Exception):
    """These bytes are not what this key sealed for this place."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """One data subject's key, unwrapped. `id` is public; what it holds is never shown."""

    id: UUID
    subject: str
    cipher: AESGCM = field(repr=False)

    def seal(self, value: bytes, context: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self.cipher.encrypt(nonce, value, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        try:
            return self.cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())
        except (InvalidTag, ValueError):
            raise CannotOpen(context) from None


Keys = Mapping[UUID, DataKey | None]
"""Keys at hand by id; None for one that was destroyed."""
Seal = Callable[[Any], bytes]
"""Seals a value, as JSON, for one aggregate's row of a read model."""


def event_context(stream_id: UUID | str, version: int, type: str) -> str:
    return f"event {stream_id} {version} {type}"


def sealer(key: DataKey | None, stream_id: UUID) -> Seal:
    """What a projection seals documents with: the key's id comes first, 16 bytes."""

    def seal(value: Any) -> bytes:
        if key is None:
            raise ValueError(f"{stream_id} has no data subject whose key could seal this")
        return key.id.bytes + key.seal(to_json(value), _document_context(stream_id))

    return seal


def key_of_document(sealed: bytes) -> UUID:
    return UUID(bytes=sealed[:KEY_ID_BYTES])


def open_document(sealed: bytes, stream_id: UUID, key: DataKey) -> bytes:
    """The JSON that was sealed. Raises `CannotOpen` for another row's."""
    return key.open(sealed[KEY_ID_BYTES:], _document_context(stream_id))


def _document_context(stream_id: UUID) -> str:
    return f"document {stream_id}"

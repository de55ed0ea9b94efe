"""Data keys of this service: made with a subject's first event, looked up, destroyed (ADR 9)."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Collection, Hashable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.eventstore.coalesce import Coalesced
from shared.eventstore.database import Database
from shared.eventstore.schema import DATA_KEYS
from shared.eventstore.sealing import DataKey, Keys
from shared.eventstore.sql import RowsInto, Write
from shared.eventstore.wrapping import KEY_BYTES, KeyWrapper, Wrapped
from shared.kernel.errors import ContentDestroyed, Unavailable

MOST_CACHED = 10_000
GOOD_FOR = 30.0
"""Seconds an unwrapped key is used without asking again: so long a destroyed key may still open."""
WAIT_FOR, LOOK_EVERY = 2.0, 0.05
"""Seconds to wait for a key that its owner has not handed over yet, and between looks."""

_FOUND = """
SELECT asked.n, key.key_id, key.subject, key.wrapped, key.kek
FROM json_to_recordset(%(keys)s::json) AS asked (n int, name {type})
LEFT JOIN LATERAL (
  SELECT * FROM keys.data_keys WHERE {column} = asked.name ORDER BY created_at DESC LIMIT 1
) AS key ON true
"""
_BY_ID = _FOUND.format(type="uuid", column="key_id")
_BY_SUBJECT = _FOUND.format(type="text", column="subject")
_NEW = RowsInto(DATA_KEYS, replace=False)
_DESTROY = """
UPDATE keys.data_keys
SET wrapped = NULL, kek = NULL, destroyed_at = %(at)s, handed_over = owner <> %(service)s
WHERE subject = %(subject)s AND destroyed_at IS NULL
RETURNING key_id
"""


class KeyNotHere(Unavailable):
    code = "key_not_here"
    detail = "The key of this person's record has not arrived yet; try again."


class DataKeys:
    """The keys of one service's database, those of its own subjects and those handed to it.

    A key is cached for `GOOD_FOR` seconds from when it was read, so one that is destroyed is of no
    use anywhere after that. That a key was destroyed is never cached.
    """

    def __init__(self, database: Database, wrapper: KeyWrapper, owner: str) -> None:
        self._wrapper = wrapper
        self._owner = owner
        self._by_id = Coalesced(database, _BY_ID)
        self._by_subject = Coalesced(database, _BY_SUBJECT)
        self._cached = _Cache(MOST_CACHED)

    async def sealer(self, subject: str) -> DataKey:
        """The key that seals what is personal to a subject.

        Raises `ContentDestroyed`, or `Unavailable` when no key arrives within `WAIT_FOR` seconds.
        """
        key = self._cached.get(subject)
        if key is None:
            [key] = await self._found(self._by_subject, [subject])
        if key is None:
            raise ContentDestroyed()
        return key

    async def opening(self, ids: Collection[UUID]) -> Keys:
        """The keys with these ids, None for each that was destroyed, with one query at most.

        Raises `Unavailable` for one that is not known here and does not arrive.
        """
        keys: dict[UUID, DataKey | None] = {each: self._cached.get(each) for each in ids}
        asked = [each for each, key in keys.items() if key is None]
        if asked:
            keys.update(zip(asked, await self._found(self._by_id, asked), strict=True))
        return keys

    async def create(self, subject: str, at: datetime) -> tuple[DataKey, Write]:
        """A new subject's key, and the row that must be committed with the first event."""
        key_id, secret = uuid4(), AESGCM.generate_key(KEY_BYTES * 8)
        wrapped = await self._wrapper.wrap(secret, context_of(key_id, subject))
        row = _NEW.row(
            key_id=key_id, subject=subject, owner=self._owner, wrapped=wrapped.value,
            kek=wrapped.kek, created_at=at, destroyed_at=None, handed_over=False,
        )  # fmt: skip
        return DataKey(key_id, subject, AESGCM(secret)), row

    def forget(self, id: UUID, subject: str) -> None:
        """Stop using a subject's key in this process now: it was destroyed."""
        self._cached.drop(id, subject)

    async def _found(self, table: Coalesced, names: Sequence[UUID | str]) -> list[DataKey | None]:
        until = time.monotonic() + WAIT_FOR
        while True:
            asked_at = time.monotonic()
            rows = await table.all([{"name": name} for name in names])
            if all(row["key_id"] for row in rows):
                usable = (
                    self._usable(row, name, asked_at + GOOD_FOR)
                    for row, name in zip(rows, names, strict=True)
                )
                return list(await asyncio.gather(*usable))
            if asked_at >= until:
                raise KeyNotHere()
            await asyncio.sleep(LOOK_EVERY)

    async def _usable(
        self, row: dict[str, Any], name: UUID | str, good_until: float
    ) -> DataKey | None:
        key_id, subject = row["key_id"], row["subject"]
        if row["wrapped"] is None:
            self._cached.drop(key_id, subject)
            return None
        wrapped = Wrapped(row["wrapped"], row["kek"])
        secret = await self._wrapper.unwrap(wrapped, context_of(key_id, subject))
        key = DataKey(key_id, subject, AESGCM(secret))
        for each in {key_id, name}:
            self._cached.put(each, key, good_until)
        return key


def context_of(id: UUID, subject: str) -> bytes:
    """What a wrapped key is bound to: `data-key <key id> <subject>` in UTF-8."""
    return f"data-key {id} {subject}".encode()


async def destroy(
    connection: psycopg.AsyncConnection[Any], service: str, subject: str, at: datetime
) -> list[UUID]:
    """Destroy whatever key a subject has in a service, in the caller's transaction.

    For its owner, who decides: those who follow go by the id of each key. Nothing brings it back.
    What the service owns is handed over, and so destroyed everywhere. `documents.clear` belongs in
    the same transaction, and `DataKeys.forget` after it. Returns the ids of what was destroyed.
    """
    params = {"subject": subject, "service": service, "at": at}
    cursor = await connection.execute(_DESTROY, params)
    return [row[0] for row in await cursor.fetchall()]


class _Cache:
    """Keys by id, and the one that seals by subject; the least recently used goes first."""

    def __init__(self, most: int) -> None:
        self._most = 2 * most
        self._entries: OrderedDict[Hashable, tuple[DataKey, float]] = OrderedDict()

    def get(self, name: Hashable) -> DataKey | None:
        entry = self._entries.get(name)
        if entry is None or entry[1] <= time.monotonic():
            return None
        self._entries.move_to_end(name)
        return entry[0]

    def put(self, name: Hashable, key: DataKey, until: float) -> None:
        self._entries[name] = key, until
        self._entries.move_to_end(name)
        while len(self._entries) > self._most:
            self._entries.popitem(last=False)

    def drop(self, *names: Hashable) -> None:
        for name in names:
            self._entries.pop(name, None)

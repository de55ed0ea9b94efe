"""Wrapping data keys again, under another key-encryption key: `countersign rotate-key`.

Data keys stay as they are, and so does everything sealed under them. A batch is wrapped outside any
transaction, since a key-management service takes its time; then what is still as it was is changed
with its event. So an interrupted rotation has said what it did, and another run does the rest.
"""

import asyncio
from datetime import datetime
from typing import Any, Self

import psycopg
from eventsourcing.domain import event
from pydantic_core import to_json

from shared.contracts.system import KeyRotated
from shared.eventstore.keys import context_of
from shared.eventstore.mapper import EventMapper
from shared.eventstore.store import APPEND, append_parameters
from shared.eventstore.wrapping import KeyWrapper, Wrapped
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.ids import new_id

MOST_KEYS = 1_000

_WRAPPED_BEFORE = """
SELECT key_id, subject, wrapped, kek FROM keys.data_keys
WHERE kek <> %(kek)s ORDER BY key_id LIMIT %(limit)s
"""
_WRAP_AGAIN = """
UPDATE keys.data_keys AS key
SET wrapped = again.wrapped::bytea, kek = %(kek)s, handed_over = key.owner <> %(owner)s
FROM json_to_recordset(%(keys)s::json) AS again (key_id uuid, was text, wrapped text, kek text)
WHERE key.key_id = again.key_id AND key.wrapped = again.was::bytea
RETURNING again.kek
"""
"""What was destroyed meanwhile, or wrapped by another, is left as it is."""


class KeyStore(Aggregate):
    """A service's key store, as something that people do things to."""

    kind = "key-store"

    class Rotated(KeyRotated, Aggregate.Created):
        pass

    @event(Rotated)
    def __init__(self, from_keys: tuple[str, ...], to_key: str, rewrapped: int) -> None:
        pass

    @classmethod
    def rotated(cls, by: Actor, at: datetime, **facts: Any) -> Self:
        store: Self = cls.begin(cls.Rotated, id=new_id(), at=at, actor=by, **facts)
        return store

    @property
    def subject(self) -> str:
        return str(self.id)


async def rotate(
    connection: psycopg.AsyncConnection[Any],
    service: str,
    wrapper: KeyWrapper,
    mapper: EventMapper,
    by: Actor,
    at: datetime,
    most: int = MOST_KEYS,
) -> int:
    """Wrap every key of a service under the wrapper's current KEK, `most` at a time.

    The service's own are handed over again. Returns how many were wrapped again. Raises
    `CannotUnwrap` at a key whose KEK the wrapper lacks; what was committed by then stays.
    `connection` must be in no transaction.
    """
    done = 0
    while True:
        async with connection.transaction():
            params = {"kek": wrapper.current, "limit": most}
            rows = await (await connection.execute(_WRAPPED_BEFORE, params)).fetchall()
        if not rows:
            return done
        keys = await asyncio.gather(*(_again(wrapper, *row) for row in rows))
        async with connection.transaction():
            params = {"kek": wrapper.current, "owner": service, "keys": to_json(keys).decode()}
            changed = await (await connection.execute(_WRAP_AGAIN, params)).fetchall()
            if changed:
                before = tuple(sorted({row[0] for row in changed}))
                store = KeyStore.rotated(
                    by, at, from_keys=before, to_key=wrapper.current, rewrapped=len(changed)
                )
                await connection.execute(APPEND, append_parameters(mapper.store(store, None, None)))
        done += len(changed)


async def _again(
    wrapper: KeyWrapper, key_id: Any, subject: str, wrapped: bytes, kek: str
) -> dict[str, Any]:
    context = context_of(key_id, subject)
    again = await wrapper.wrap(await wrapper.unwrap(Wrapped(wrapped, kek), context), context)
    return {
        "key_id": key_id,
        "was": f"\\x{wrapped.hex()}",
        "wrapped": f"\\x{again.value.hex()}",
        "kek": kek,
    }

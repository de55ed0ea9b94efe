"""Where what a service published is held besides: in its stream, and in audit's ledger.

The stream is the rule. The ledger is for when the broker was lost too: it has the same bytes, and
audit holds a copy of every key.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import psycopg
from nats.aio.client import Client
from nats.aio.msg import Msg
from psycopg.rows import dict_row
from pydantic import Base64Bytes, TypeAdapter, ValidationError

from shared.eventstore.cloudevents import KEYS, Message, Names
from shared.eventstore.stream import Tail, ask, count_subjects, read_at, read_tail
from shared.platform.subscription import Durable, subscribed

AT_ONCE = 100
"""Messages asked for side by side; many times as many rows of the ledger."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a key: wrapped, or destroyed."""

    key_id: UUID
    subject: str
    wrapped: Base64Bytes | None
    kek: str | None
    created_at: datetime
    destroyed_at: datetime | None


Take = Callable[[list[Said]], Any]
_SAID = TypeAdapter(Said)

TAIL = """
SELECT position, event_id FROM ledger WHERE service = %s ORDER BY position DESC LIMIT 1
"""
BEFORE = """
SELECT position, previous, event_id, type, body FROM ledger
WHERE service = %s AND position <= %s ORDER BY position DESC LIMIT 1000
"""
AMONG = """
SELECT position, previous, event_id, type, body FROM ledger
WHERE service = %s AND position = ANY(%s) ORDER BY position
"""
HELD_KEYS = """
SELECT key_id, subject, wrapped, kek, created_at, destroyed_at
FROM keys.data_keys WHERE owner = %s
"""


class CopyBroken(Exception):
    """It doesn't hold what it should, so that nothing can be told by it."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} can't be gone by: {why}.")


class Copy(Protocol):
    """What a service published, elsewhere. Places in it are those that it gave."""

    name: str

    async def tail(self) -> Tail:
        """Its newest event; `sequence` 0 or `trimmed` where it holds none."""
        ...

    def backwards(self, last: int) -> AsyncIterator[Message]:
        """Events from a place to the first there is, whatever is between them."""
        ...

    def forwards(self, places: Sequence[int]) -> AsyncIterator[Message]:
        """What is at these. Raises `CopyBroken` where something isn't."""
        ...

    async def keys(self, owner: str, take: Take) -> None:
        """Hands over what it has of an owner's keys, some at a time."""
        ...


class StreamCopy:
    """The service's own stream; a place is a sequence."""

    def __init__(self, nats: Client, names: Names) -> None:
        self.name = names.stream
        self._nats = nats
        self._names = names

    async def tail(self) -> Tail:
        found = await read_tail(self._nats, self.name)
        # Nothing but what is no event: as good as one from which all was taken.
        return found if found.event_id or not found.sequence else replace(found, trimmed=True)

    async def backwards(self, last: int) -> AsyncIterator[Message]:
        begins = max(1, (await self._state())["first_seq"])
        while last >= begins:
            first = max(begins, last - AT_ONCE + 1)
            for message in await self._at(range(last, first - 1, -1)):
                if message:
                    yield message
            last = first - 1

    async def forwards(self, places: Sequence[int]) -> AsyncIterator[Message]:
        for start in range(0, len(places), AT_ONCE):
            for message in await self._at(places[start : start + AT_ONCE]):
                if message is None:
                    raise CopyBroken(self.name, "it lost messages while they were read")
                yield message

    async def keys(self, owner: str, take: Take) -> None:
        of = Names(self._names.ods_code, owner)
        durable = Durable(KEYS, f"{self._names.service}-keys-from-{owner}", of.keys)
        count = await count_subjects(self._nats, KEYS, of.keys)
        while count and not await self._all_keys(durable, take):
            continue

    async def _all_keys(self, durable: Durable, take: Take) -> bool:
        """From the first to the last. False when some got lost on their way: begin again."""
        delivered = 0
        async with subscribed(self._nats, durable, 1) as batches:
            async for batch in batches:
                if batch[-1].metadata.sequence.consumer != delivered + len(batch):
                    return False
                delivered += len(batch)
                await take([said for msg in batch if (said := _said(msg))])
                await batch[-1].ack()
                if not batch[-1].metadata.num_pending:
                    return True
        return False

    async def _at(self, places: Sequence[int]) -> list[Message | None]:
        return await asyncio.gather(*(read_at(self._nats, self.name, each) for each in places))

    async def _state(self) -> dict[str, int]:
        state: dict[str, int] = (await ask(self._nats, f"STREAM.INFO.{self.name}"))["state"]
        return state


class LedgerCopy:
    """Audit's database; a place is a position."""

    def __init__(self, dsn: str, service: str) -> None:
        self.name = "the ledger"
        self._dsn = dsn
        self._service = service

    async def tail(self) -> Tail:
        rows = await self._rows(TAIL, (self._service,))
        return Tail(*(rows[0]["position"],) * 2, rows[0]["event_id"]) if rows else Tail()

    async def backwards(self, last: int) -> AsyncIterator[Message]:
        while rows := await self._rows(BEFORE, (self._service, last)):
            for row in rows:
                yield _message(row)
            last = rows[-1]["position"] - 1

    async def forwards(self, places: Sequence[int]) -> AsyncIterator[Message]:
        for start in range(0, len(places), 1000):
            asked = [*places[start : start + 1000]]
            for row in await self._rows(AMONG, (self._service, asked)):
                yield _message(row)

    async def keys(self, owner: str, take: Take) -> None:
        rows = await self._rows(HELD_KEYS, (owner,))
        await take([Said(**row) for row in rows])

    async def _rows(self, query: str, params: Any) -> list[dict[str, Any]]:
        async with await psycopg.AsyncConnection.connect(
            self._dsn, row_factory=dict_row
        ) as connection:
            return await (await connection.execute(query, params)).fetchall()


def _message(row: dict[str, Any]) -> Message:
    return Message(sequence=row["position"], traceparent=None, **row)


def _said(msg: Msg) -> Said | None:
    try:
        return _SAID.validate_json(msg.data)
    except ValidationError:
        sequence = msg.metadata.sequence.stream
        log.warning("message %s of %s says nothing of a key: passed over", sequence, KEYS)
        return None

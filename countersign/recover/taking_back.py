"""Putting events back into the store they came from, as they were: bytes, id, place and order.

What is read besides (lists, worklists) is made of the aggregates again, after each command's
events, as it was made when they were recorded.
"""

import contextlib
import itertools
from collections.abc import AsyncIterator, Sequence
from typing import Any

import psycopg
from pydantic import ValidationError
from pydantic_core import from_json

from shared.eventstore.cloudevents import Message
from shared.eventstore.commands import Rows
from shared.eventstore.documents import clear
from shared.eventstore.keys import DataKeys, KeyNotHere
from shared.eventstore.mapper import Body, EventMapper, keys_of
from shared.eventstore.recovery import Connection
from shared.eventstore.sealing import CannotOpen, sealer
from shared.eventstore.sql import Write, grouped
from shared.kernel.aggregate import Aggregate
from shared.kernel.errors import ContentDestroyed, NewerRelease
from shared.platform.deadlines import SYSTEM
from shared.platform.service import IN_EVERY_SERVICE, Service

PUT_BACK = """
INSERT INTO events (position, event_id, stream_id, version, type, body, traceparent)
VALUES (%(position)s, %(event_id)s, %(stream_id)s, %(version)s, %(type)s, %(body)s, %(traceparent)s)
"""
STREAM = "SELECT body FROM events WHERE stream_id = %s ORDER BY version"
MOST_KEPT = 10_000
"""Aggregates kept at hand; others are read again."""


class NotItsPlace(Exception):
    """The store holds something else where this belongs."""


CAN_NOT = (
    psycopg.DataError, psycopg.IntegrityError, ValidationError, KeyNotHere, CannotOpen,
    NewerRelease, NotItsPlace, KeyError, ValueError, TypeError, AttributeError, AssertionError,
)  # fmt: skip
"""What stands against a single stream; anything else ends it all."""


class TakingBack:
    """In a transaction of the tables' owner, who keeps everybody else out of them.

    `refused` says of streams why no more of them can be taken back: nothing after that is.
    """

    def __init__(
        self,
        connection: Connection,
        service: Service,
        mapper: EventMapper,
        keys: DataKeys,
        rows: Rows,
    ) -> None:
        self._connection = connection
        self._service = service
        self._mapper = mapper
        self._keys = keys
        self._rows = rows
        self._known: dict[str, Any] = {}
        self.taken: set[str] = set()
        """The ids of events."""
        self.refused: dict[str, str] = {}

    async def take(self, messages: AsyncIterator[Message]) -> None:
        """Events in their order."""
        command: list[tuple[Message, Body]] = []
        async for message in messages:
            body = from_json(message.body)
            if command and _command(command[-1][1]) != _command(body):
                await self._put_back(command)
                command = []
            command.append((message, body))
        if command:
            await self._put_back(command)
        if self.taken:
            for statement in self._service.counted:
                await self._connection.execute(statement)

    async def _put_back(self, command: Sequence[tuple[Message, Body]]) -> None:
        """One command's events and what it changed besides: all or nothing."""
        streams: dict[str, list[tuple[Message, Body]]] = {}
        for message, body in command:
            streams.setdefault(body["resource"]["stream"], []).append((message, body))
        try:
            if not streams.keys().isdisjoint(self.refused):
                raise NotItsPlace("it belongs with what can't be taken back")
            async with self._connection.transaction():
                changed = [await self._again(stream, of_it) for stream, of_it in streams.items()]
                await self._write([each for each in changed if each])
        except CAN_NOT as error:
            for stream in streams:
                self._known.pop(stream, None)
                self.refused.setdefault(stream, _why(error))
        else:
            self.taken |= {message.event_id for message, _ in command}

    async def _insert(self, message: Message, body: Body) -> None:
        if (body["id"], body["type"]) != (message.event_id, message.type):
            raise NotItsPlace("the event says otherwise which it is than its message")
        row = {
            "position": message.position,
            "event_id": message.event_id,
            "stream_id": body["resource"]["stream"],
            "version": body["resource"]["version"],
            "type": message.type,
            "body": message.body,
            "traceparent": message.traceparent,
        }
        await self._connection.execute(PUT_BACK, row)

    async def _again(self, stream: str, events: Sequence[tuple[Message, Body]]) -> Aggregate | None:
        """The aggregate with these of its events, which are put back; None for what nothing is
        read of."""
        aggregate = self._known.get(stream)
        before = [] if aggregate else await self._bodies(stream)
        for message, body in events:
            await self._insert(message, body)
        bodies = [*before, *(body for _, body in events)]
        first = aggregate.version + 1 if aggregate else 1
        versions = [body["resource"]["version"] for body in bodies]
        if versions != [*range(first, first + len(bodies))]:
            raise NotItsPlace("other versions were recorded since, or some are not there")
        kind = type(aggregate) if aggregate else self._kind(bodies[0]["type"])
        if kind in IN_EVERY_SERVICE:
            return None
        keys = await self._keys.opening(keys_of(bodies))
        found: Aggregate = self._mapper.replayed(kind, bodies, keys, aggregate)
        self._keep(stream, found)
        return found

    async def _bodies(self, stream: str) -> list[Body]:
        cursor = await self._connection.execute(STREAM, (stream,))
        return [from_json(row[0]) for row in await cursor.fetchall()]

    async def _write(self, changed: Sequence[Aggregate]) -> None:
        """What is read of aggregates as they are now, and nothing of whose key was destroyed."""
        writes: list[Write] = []
        gone: list[str] = []
        for each in changed:
            subject, key = each.data_subject, None
            if subject and (each.owns_key or self._mapper.seals(type(each))):
                with contextlib.suppress(ContentDestroyed):
                    key = await self._keys.sealer(subject)
                if key is None:
                    gone.append(subject)
            seal = _nothing if subject in gone else sealer(key, each.id)
            writes += self._rows(each, seal)
        for sql, params in grouped(writes):
            await self._connection.execute(sql, params)
        for subject in gone:
            await clear(self._connection, self._service.read_models, subject)

    def _kind(self, first: str) -> type[Aggregate]:
        for kind in (*self._service.aggregates, *IN_EVERY_SERVICE):
            if self._mapper.begins(kind, first):
                return kind
        raise NotItsPlace("this release knows nothing that begins so")

    def _keep(self, stream: str, aggregate: Any) -> None:
        self._known[stream] = aggregate
        for oldest in list(itertools.islice(self._known, max(0, len(self._known) - MOST_KEPT))):
            del self._known[oldest]


def _command(body: Body) -> tuple[str, ...]:
    """Which command an event is of: who acts does so once, at one moment.

    But for the clock, which does all that is due at one look: each is taken alone.
    """
    actor = body["actor"]
    each = (body["resource"]["stream"],) if actor["role"] == SYSTEM else ()
    return body["time"], actor["staff_id"], *each


def _nothing(_: object) -> bytes:
    """Stands where something was sealed, until it is cleared."""
    return b""


def _why(error: Exception) -> str:
    """In words, and without anybody's data."""
    if isinstance(error, psycopg.IntegrityError):
        name = error.diag.constraint_name or error.sqlstate
        return f"something that was recorded since stands against it ({name})"
    if isinstance(error, NotItsPlace):
        return str(error)
    return f"it can't be read ({type(error).__name__})"

"""Reading the event table, and the one statement that appends to it (ADR 2)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic_core import from_json, to_json
from sqlalchemy import Text, Uuid, all_, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from shared.contracts.reading import known
from shared.eventstore.database import Database
from shared.eventstore.history import Told, history
from shared.eventstore.keys import DataKeys
from shared.eventstore.mapper import EventMapper, StoredEvent, keys_of, personal
from shared.eventstore.schema import EVENTS
from shared.eventstore.sql import Prepared
from shared.kernel.aggregate import Aggregate
from shared.kernel.errors import NewerRelease, NotFound
from shared.kernel.store import EventStore, RecordedEvent

A = TypeVar("A", bound=Aggregate)

ORDINAL_BITS = 12
MOST_EVENTS = (1 << ORDINAL_BITS) - 1
"""How many events one transaction may append: 4,095."""

APPEND = f"""
WITH batch AS (
  SELECT (SELECT base FROM event_base)
           + (pg_current_xact_id()::text::bigint << {ORDINAL_BITS}) + e.ordinal AS position, e.*
  FROM ROWS FROM (
    json_to_recordset(%(events)s::json)
      AS (event_id uuid, stream_id uuid, version int, type text, body text, traceparent text)
  ) WITH ORDINALITY AS e (event_id, stream_id, version, type, body, traceparent, ordinal)
)
INSERT INTO events (position, event_id, stream_id, version, type, body, traceparent)
SELECT position, event_id, stream_id, version, type, convert_to(body, 'UTF8'), traceparent
FROM batch
WHERE batch.position > coalesce((
  SELECT before.position FROM events AS before
  WHERE before.stream_id = batch.stream_id AND before.version = batch.version - 1), 0)
ON CONFLICT (stream_id, version) DO NOTHING
RETURNING event_id
"""
"""Position = base + transaction id × 4,096 + ordinal. A taken version is left out of RETURNING, so
a loser is seen without aborting. Never a position at or below the stream's last."""

HORIZON = f"""
SELECT base + (pg_snapshot_xmin(pg_current_snapshot())::text::bigint << {ORDINAL_BITS}) AS horizon
FROM event_base
"""

_STREAM = Prepared(
    select(EVENTS.c.body)
    .where(EVENTS.c.stream_id == bindparam("stream_id"))
    .order_by(EVENTS.c.version)
)
_STREAMS = Prepared(
    select(EVENTS.c.body)
    .where(EVENTS.c.stream_id == any_(bindparam("stream_ids", type_=ARRAY(Uuid))))
    .order_by(EVENTS.c.position)
)
_AFTER = Prepared(
    select(EVENTS.c.position, EVENTS.c.event_id, EVENTS.c.type, EVENTS.c.body, EVENTS.c.traceparent)
    .where(EVENTS.c.position > bindparam("after"), EVENTS.c.position < bindparam("horizon"))
    .order_by(EVENTS.c.position)
    .limit(bindparam("limit"))
)
_OF_TYPES_AFTER, _BUT_TYPES_AFTER = (
    Prepared(
        select(
            EVENTS.c.position, EVENTS.c.event_id, EVENTS.c.type, EVENTS.c.body, EVENTS.c.traceparent
        )
        .where(
            EVENTS.c.position > bindparam("after"),
            EVENTS.c.position < bindparam("horizon"),
            condition,
        )
        .order_by(EVENTS.c.position)
        .limit(bindparam("limit"))
    )
    for condition in (
        EVENTS.c.type == any_(bindparam("types", type_=ARRAY(Text))),
        EVENTS.c.type != all_(bindparam("types", type_=ARRAY(Text))),
    )
)
_HEAD = Prepared(
    select(EVENTS.c.position)
    .where(EVENTS.c.position < bindparam("horizon"))
    .order_by(EVENTS.c.position.desc())
    .limit(1)
)
_HAS = Prepared(
    select(EVENTS.c.version).where(EVENTS.c.stream_id == bindparam("stream_id")).limit(1)
)
_AT = Prepared(select(EVENTS.c.event_id).where(EVENTS.c.position == bindparam("position")))


def append_parameters(events: Sequence[StoredEvent]) -> dict[str, Any]:
    """What `APPEND` takes: the events as one JSON array. Raises ValueError past `MOST_EVENTS`."""
    if len(events) > MOST_EVENTS:
        raise ValueError(f"{len(events)} events in one transaction; the most is {MOST_EVENTS}")
    return {"events": to_json(events).decode()}


class PostgresEventStore(EventStore):
    """The event store on one service's database."""

    def __init__(self, database: Database, mapper: EventMapper, keys: DataKeys) -> None:
        self._database = database
        self._mapper = mapper
        self._keys = keys

    async def load(
        self, kind: type[A], id: UUID, version: int | None = None, as_of: datetime | None = None
    ) -> A:
        stored = [from_json(raw) for raw in await self.bodies(id)]
        if not stored:
            raise NotFound()
        if not self._mapper.begins(kind, stored[0]["type"]):
            raise NotFound() if known(stored[0]["type"]) else NewerRelease()
        if version is not None and version > len(stored):
            raise NotFound()
        bodies = [
            body
            for body in stored[:version]
            if as_of is None or datetime.fromisoformat(body["time"]) <= as_of
        ]
        if not bodies:
            raise NotFound("It had not been recorded by then.")
        found: A = self._mapper.replayed(kind, bodies, await self._keys.opening(keys_of(bodies)))
        return found

    async def history(self, *ids: UUID) -> list[dict[str, Any]]:
        """What happened to a resource, oldest first, in all its streams; empty if it has none."""
        return history(await self.told(*ids))

    async def told(self, *ids: UUID) -> list[Told]:
        """The bodies of a resource's streams, oldest first, each with what is personal in it."""
        rows = await self._database.fetch(_STREAMS, stream_ids=[*ids])
        bodies = [from_json(row["body"]) for row in rows]
        keys = await self._keys.opening(keys_of(bodies))
        return [(body, personal(body, keys)) for body in bodies]

    async def has(self, id: UUID) -> bool:
        """Whether a stream has begun."""
        return await self._database.fetch_one(_HAS, stream_id=id) is not None

    async def bodies(self, id: UUID) -> list[bytes]:
        """A stream's stored bodies, oldest first; empty when there is none."""
        return [row["body"] for row in await self._database.fetch(_STREAM, stream_id=id)]

    async def horizon(self) -> int:
        return int((await self._database.run(HORIZON))[0]["horizon"])

    async def read_after(self, position: int, limit: int) -> list[RecordedEvent]:
        # The horizon first, in a snapshot of its own: whatever lies below it has ended by now.
        horizon = await self.horizon()
        rows = await self._database.fetch(_AFTER, after=position, horizon=horizon, limit=limit)
        return [RecordedEvent(**row) for row in rows]

    async def of_types_after(
        self, position: int, types: Sequence[str], limit: int, *, but: bool = False
    ) -> tuple[list[RecordedEvent], int]:
        """The next events of some types, or of all `but` them; and the position up to which there
        are no others."""
        horizon = await self.horizon()
        query = _BUT_TYPES_AFTER if but else _OF_TYPES_AFTER
        rows = await self._database.fetch(
            query, after=position, horizon=horizon, types=[*types], limit=limit
        )
        events = [RecordedEvent(**row) for row in rows]
        whole = len(events) < limit
        return events, max(position, horizon - 1) if whole else events[-1].position

    async def head(self) -> int:
        row = await self._database.fetch_one(_HEAD, horizon=await self.horizon())
        return row["position"] if row else 0

    async def event_at(self, position: int) -> UUID | None:
        row = await self._database.fetch_one(_AT, position=position)
        return row["event_id"] if row else None

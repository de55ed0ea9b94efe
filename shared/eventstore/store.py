"""Reading the event table, and the one statement that appends to it (ADR 2)."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import bindparam, select

from shared.eventstore.database import Database
from shared.eventstore.mapper import EventMapper, StoredEvent
from shared.eventstore.schema import EVENTS
from shared.eventstore.sql import Prepared
from shared.kernel.aggregate import Aggregate
from shared.kernel.errors import NotFound
from shared.kernel.store import RecordedEvent

A = TypeVar("A", bound=Aggregate)

ORDINAL_BITS = 12
MOST_EVENTS = (1 << ORDINAL_BITS) - 1
"""How many events one transaction may append: 4,095."""

APPEND = f"""
WITH batch AS (
  SELECT base.base + (pg_current_xact_id()::text::bigint << {ORDINAL_BITS}) + u.ord AS position,
         u.event_id, u.stream_id, u.version, u.type, u.body, u.traceparent
  FROM event_base AS base,
       unnest(%(event_id)b::uuid[], %(stream_id)b::uuid[], %(version)b::int[], %(type)b::text[],
              %(body)b::bytea[], %(traceparent)b::text[])
       WITH ORDINALITY AS u (event_id, stream_id, version, type, body, traceparent, ord)
)
INSERT INTO events (position, event_id, stream_id, version, type, body, traceparent)
SELECT * FROM batch
WHERE NOT EXISTS (
  SELECT FROM events AS before
  WHERE before.stream_id = batch.stream_id AND before.version = batch.version - 1
    AND before.position >= batch.position)
ON CONFLICT (stream_id, version) DO NOTHING
RETURNING event_id, pg_current_xact_id()::text
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
_AFTER = Prepared(
    select(EVENTS.c.position, EVENTS.c.event_id, EVENTS.c.type, EVENTS.c.body, EVENTS.c.traceparent)
    .where(EVENTS.c.position > bindparam("after"), EVENTS.c.position < bindparam("horizon"))
    .order_by(EVENTS.c.position)
    .limit(bindparam("limit"))
)
_HEAD = Prepared(
    select(EVENTS.c.position)
    .where(EVENTS.c.position < bindparam("horizon"))
    .order_by(EVENTS.c.position.desc())
    .limit(1)
)
_AT = Prepared(select(EVENTS.c.event_id).where(EVENTS.c.position == bindparam("position")))


def append_parameters(events: Sequence[StoredEvent]) -> dict[str, Any]:
    """The arrays that `APPEND` takes. Raises ValueError past `MOST_EVENTS`."""
    if len(events) > MOST_EVENTS:
        raise ValueError(f"{len(events)} events in one transaction; the most is {MOST_EVENTS}")
    return {
        "event_id": [event.event_id for event in events],
        "stream_id": [event.stream_id for event in events],
        "version": [event.version for event in events],
        "type": [event.type for event in events],
        "body": [event.body for event in events],
        "traceparent": [event.traceparent for event in events],
    }


class PostgresEventStore:
    """`shared.kernel.store.EventStore` on one service's database."""

    def __init__(self, database: Database, mapper: EventMapper) -> None:
        self._database = database
        self._mapper = mapper

    async def load(self, kind: type[A], id: UUID, version: int | None = None) -> A:
        bodies = await self.bodies(id)
        aggregate: Any = None
        for body in bodies[:version]:
            aggregate = self._mapper.to_domain_event(body).mutate(aggregate)  # type: ignore[attr-defined]
        if not isinstance(aggregate, kind) or (version is not None and version > len(bodies)):
            raise NotFound()
        return aggregate

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

    async def head(self) -> int:
        row = await self._database.fetch_one(_HEAD, horizon=await self.horizon())
        return row["position"] if row else 0

    async def event_at(self, position: int) -> UUID | None:
        row = await self._database.fetch_one(_AT, position=position)
        return row["event_id"] if row else None

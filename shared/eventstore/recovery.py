"""Going on after the store was set back behind its stream: what `countersign recover` does to it.

New positions start above the stream's tail, so that nothing published later can be taken for
something published before. What was written between the restore and the recovery was never
published: it is given new positions, in the same order. What the store lost and could not take
back stays in the stream and the ledger.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import psycopg
from eventsourcing.domain import event

from shared.contracts.system import StoreRestored
from shared.eventstore.mapper import EventMapper
from shared.eventstore.store import APPEND, ORDINAL_BITS, append_parameters
from shared.eventstore.stream import Tail
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.ids import new_id

Connection = psycopg.AsyncConnection[Any]

LOCK = "LOCK TABLE events, event_base IN ACCESS EXCLUSIVE MODE"
UNPUBLISHED = "position > %(common)s AND position <> ALL(%(published)s)"
MOVE_UP = f"""
UPDATE events SET position = position - %(common)s
  + (SELECT greatest(%(tail)s, max(position)) FROM events)
WHERE {UNPUBLISHED}
"""
BASE = f"""
SELECT greatest(%(tail)s, max(position), 0)
  - (pg_current_xact_id()::text::bigint << {ORDINAL_BITS})
FROM events
"""
"""The next position is base + transaction id × 4,096 and more, and must pass all before it."""
RECOVERED = """
INSERT INTO recoveries (tail_position, tail_event_id) VALUES (%s, %s) ON CONFLICT DO NOTHING
"""


class Store(Aggregate):
    """The event store itself, as something that people do things to."""

    kind = "store"

    class Restored(StoreRestored, Aggregate.Created):
        pass

    @event(Restored)
    def __init__(
        self,
        tail_position: int,
        common_position: int,
        base: int,
        repositioned: int,
        taken_back: int,
        lost: int | None,
    ) -> None:
        pass

    @classmethod
    def restored(cls, by: Actor, at: datetime, **facts: int) -> Self:
        store: Self = cls.begin(cls.Restored, id=new_id(), at=at, actor=by, **facts)
        return store

    @property
    def subject(self) -> str:
        return str(self.id)


@dataclass(frozen=True, slots=True)
class Behind:
    """Where a store stands that was set back.

    `common` is the position up to which it has all that was published; `published` are those after
    it that it has too.
    """

    tail: Tail
    common: int
    published: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Recovered:
    base: int
    repositioned: int
    taken_back: int
    lost: int


async def make_way(connection: Connection, behind: Behind) -> int:
    """Keep everybody else out until the transaction ends, and move up what was never published.

    Returns how many that were. The connection is that of the tables' owner.
    """
    await connection.execute(LOCK)
    await connection.execute("ALTER TABLE events DISABLE TRIGGER events_append_only")
    where = {
        "tail": behind.tail.position,
        "common": behind.common,
        "published": [*behind.published],
    }
    moved = await connection.execute(MOVE_UP, where)
    await connection.execute("ALTER TABLE events ENABLE TRIGGER events_append_only")
    return moved.rowcount


async def go_on(
    connection: Connection,
    mapper: EventMapper,
    behind: Behind,
    by: Actor,
    at: datetime,
    *,
    repositioned: int,
    taken_back: int,
    lost: int,
) -> Recovered:
    """Set the store up to go on after the stream's tail, and put that on record."""
    tail = behind.tail
    cursor = await connection.execute(BASE, {"tail": tail.position})
    row = await cursor.fetchone()
    assert row is not None
    base = int(row[0])
    await connection.execute("UPDATE event_base SET base = greatest(base, %s)", (base,))
    if lost:
        # The relay goes on behind a tail that the store lacks.
        await connection.execute(RECOVERED, (tail.position, tail.event_id))
    store = Store.restored(
        by, at, tail_position=tail.position, common_position=behind.common, base=base,
        repositioned=repositioned, taken_back=taken_back, lost=lost,
    )  # fmt: skip
    await connection.execute(APPEND, append_parameters(mapper.store(store, None, None)))
    return Recovered(base, repositioned, taken_back, lost)

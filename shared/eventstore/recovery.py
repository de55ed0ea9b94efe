"""Going on after the store was set back behind its stream: `countersign recover`.

The stream and the ledger hold events the store has lost; they stay there. New positions start
above the stream's tail, so that nothing published later can be taken for something published
before. What was written between the restore and the recovery was never published: it is given
new positions, in the same order.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

import psycopg
from eventsourcing.domain import event

from shared.contracts.system import StoreRestored
from shared.eventstore.mapper import EventMapper
from shared.eventstore.store import APPEND, ORDINAL_BITS, append_parameters
from shared.eventstore.stream import Tail
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.ids import new_id


class Store(Aggregate):
    """The event store itself, as something that people do things to."""

    kind = "store"

    class Restored(StoreRestored, Aggregate.Created):
        pass

    @event(Restored)
    def __init__(
        self, tail_position: int, common_position: int, base: int, repositioned: int
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
class Recovered:
    base: int
    repositioned: int


def recover(
    owner_dsn: str, mapper: EventMapper, tail: Tail, common_position: int, by: Actor, at: datetime
) -> Recovered:
    """Set the store up to go on after `tail`, as the owner of its tables, in one transaction.

    `common_position` is the last position that stream and store agree on.
    """
    with psycopg.connect(owner_dsn) as connection:
        connection.execute("LOCK TABLE events, event_base IN ACCESS EXCLUSIVE MODE")
        connection.execute("ALTER TABLE events DISABLE TRIGGER events_append_only")
        moved = connection.execute(
            "UPDATE events SET position = position - %(common)s"
            " + (SELECT greatest(%(tail)s, max(position)) FROM events)"
            " WHERE position > %(common)s",
            {"tail": tail.position, "common": common_position},
        ).rowcount
        connection.execute("ALTER TABLE events ENABLE TRIGGER events_append_only")
        # The next position is base + xid * 4,096 and more, and must pass all that came before.
        row = connection.execute(
            "SELECT greatest(%(tail)s, max(position), 0)"
            f" - (pg_current_xact_id()::text::bigint << {ORDINAL_BITS})"
            " FROM events",
            {"tail": tail.position},
        ).fetchone()
        assert row is not None
        base = int(row[0])
        connection.execute("UPDATE event_base SET base = greatest(base, %s)", (base,))
        connection.execute(
            "INSERT INTO recoveries (tail_position, tail_event_id) VALUES (%s, %s)"
            " ON CONFLICT DO NOTHING",
            (tail.position, tail.event_id),
        )
        store = Store.restored(
            by, at, tail_position=tail.position, common_position=common_position, base=base,
            repositioned=moved,
        )  # fmt: skip
        connection.execute(APPEND, append_parameters(mapper.store(store, None, None)))
        return Recovered(base, moved)

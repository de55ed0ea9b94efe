"""What a service's store still has to do, as its own database tells it to any of its processes.

The relay goes by the stream's tail alone (ADR 4), which nobody can read while the broker is away.
So the leader also notes here how far it has published. That is for measuring: nothing is published
by it.
"""

from dataclasses import dataclass
from datetime import datetime

from shared.eventstore.database import Database

COUNTED_AT_MOST = 10_000
"""Events waiting to be published are counted up to so many, so that counting stays cheap."""

_NOTE = """
INSERT INTO consumers (producer, position, sequence) VALUES (%(relay)s, %(position)s, 0)
ON CONFLICT (producer) DO UPDATE SET position = excluded.position
"""
_BACKLOG = """
WITH published AS MATERIALIZED (
  SELECT coalesce((SELECT position FROM consumers WHERE producer = %(relay)s), 0) AS position
), snapshot AS MATERIALIZED (SELECT pg_current_snapshot() AS taken)
SELECT
  (SELECT count(*) FROM (
     SELECT FROM events WHERE events.position > published.position LIMIT %(most)s) AS waiting
  ) AS unpublished,
  (SELECT (convert_from(body, 'UTF8')::json ->> 'time')::timestamptz FROM events
   WHERE events.position > published.position ORDER BY events.position LIMIT 1
  ) AS unpublished_since,
  (SELECT count(*) FROM dead_letters) AS parked,
  (SELECT min(parked_at) FROM dead_letters) AS parked_since,
  (SELECT count(*) FROM keys.data_keys
   WHERE NOT handed_over AND owner = %(service)s) AS keys_waiting,
  pg_snapshot_xmin(taken)::text::bigint AS oldest_open,
  pg_snapshot_xmax(taken)::text::bigint AS next,
  clock_timestamp() AS now
FROM published, snapshot
"""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits. `oldest_open` is the first transaction that has not ended, anywhere in the
    PostgreSQL cluster: events from there on can't be published yet (ADR 2). It is `next` where
    there is none. `now` is the database's clock."""

    unpublished: int
    unpublished_since: datetime | None
    parked: int
    parked_since: datetime | None
    keys_waiting: int
    oldest_open: int
    next: int
    now: datetime


class Backlogs:
    """Reads a service's backlog, and keeps what it rests on."""

    def __init__(self, database: Database, service: str) -> None:
        self._database = database
        self._named = {"relay": f"relay:{service}", "service": service}

    async def note(self, position: int) -> None:
        """Keep how far the relay has published. Called by the leader."""
        async with self._database.connection() as connection:
            await connection.execute(_NOTE, {**self._named, "position": position})

    async def read(self) -> Backlog:
        """Raises `Unavailable` when the database can't be reached, or has not been migrated."""
        [row] = await self._database.run(_BACKLOG, {**self._named, "most": COUNTED_AT_MOST})
        return Backlog(**row)


class Horizon:
    """For how long the store's horizon has stood still at an open transaction, from one look to
    the next. Nobody but a superuser may see since when another's transaction has been open."""

    def __init__(self) -> None:
        self._at: int | None = None
        self._since = 0.0

    def age(self, backlog: Backlog, now: float) -> float:
        """Seconds, at a look that is made `now`; 0 where nothing is held back."""
        if backlog.oldest_open == backlog.next:
            self._at = None
            return 0.0
        if backlog.oldest_open != self._at:
            self._at, self._since = backlog.oldest_open, now
        return now - self._since

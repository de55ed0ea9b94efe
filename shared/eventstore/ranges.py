"""What a store holds between two positions: for the ledger, which checks that it has it all.

Only what lies below the horizon is told (ADR 2): nothing can appear there any more.
"""

import hashlib
from dataclasses import dataclass

from shared.eventstore.database import Database
from shared.eventstore.store import HORIZON

MOST_EVENTS = 500
MOST_BYTES = 500_000
"""Of bodies told at once, which travel as base64: a broker takes 1 MiB unless told otherwise."""
MOST_LINES = 4000
"""Digests told at once."""

DIGEST = """
SELECT count(*) AS count, sha256(coalesce(string_agg(
  convert_to(position || ' ' || event_id || ' ', 'UTF8') || sha256(body), ''::bytea
  ORDER BY position), ''::bytea)) AS digest
"""
"""SHA-256 over position, event id and SHA-256 of the bytes of each event in order. What is selected
of the store's table and of the ledger's alike."""
_DIGEST = DIGEST + "FROM events WHERE position > %(after)s AND position < %(before)s"
_LINES = """
SELECT position, event_id::text AS event_id, sha256(body) AS digest FROM events
WHERE position > %(after)s AND position < %(before)s ORDER BY position LIMIT %(limit)s
"""
_EVENTS = """
SELECT position, event_id::text AS event_id, type, body,
  coalesce(greatest(
    (SELECT max(before.position) FROM events AS before WHERE before.position < events.position),
    (SELECT max(tail_position) FROM recoveries WHERE tail_position < events.position)
  ), 0) AS previous
FROM events
WHERE position > %(after)s AND position < %(before)s ORDER BY position LIMIT %(limit)s
"""
"""After a recovery the first event follows the stream's last, which the store may have lost."""


@dataclass(frozen=True, slots=True)
class Held:
    """An event as it was or would be published: `previous` is the position of the one before."""

    position: int
    previous: int
    event_id: str
    type: str
    body: bytes

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.body).digest()


@dataclass(frozen=True, slots=True)
class Line:
    """What an event is known by: its position, its id, and the SHA-256 of its bytes."""

    position: int
    event_id: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Part:
    """Events in order, and whether there are or may be more of them in what was asked for."""

    events: tuple[Held, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Lines:
    lines: tuple[Line, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Sum:
    """How many events lie in a range, and what they hash to together (`DIGEST`). `more` when some
    of the range may not be told yet."""

    count: int
    digest: bytes
    more: bool


class Ranges:
    """Queries of one store's events, strictly between two positions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def events(self, after: int, before: int) -> Part:
        """As many as may be told at once, and always one if there is any."""
        asked, whole = await self._below(after, before)
        rows = await self._database.run(_EVENTS, {**asked, "limit": MOST_EVENTS + 1})
        size, found = 0, list[Held]()
        for row in rows[:MOST_EVENTS]:
            size += len(row["body"])
            if size > MOST_BYTES and found:
                break
            found.append(Held(**row))
        return Part(tuple(found), more=len(found) < len(rows) or not whole)

    async def sum(self, after: int, before: int) -> Sum:
        asked, whole = await self._below(after, before)
        [row] = await self._database.run(_DIGEST, asked)
        return Sum(row["count"], bytes(row["digest"]), more=not whole)

    async def lines(self, after: int, before: int) -> Lines:
        asked, whole = await self._below(after, before)
        rows = await self._database.run(_LINES, {**asked, "limit": MOST_LINES + 1})
        found = tuple(Line(**row) for row in rows[:MOST_LINES])
        return Lines(found, more=len(found) < len(rows) or not whole)

    async def _below(self, after: int, before: int) -> tuple[dict[str, int], bool]:
        """The range as far as it is below the horizon, which is read first."""
        horizon = int((await self._database.run(HORIZON))[0]["horizon"])
        return {"after": after, "before": min(before, horizon)}, before <= horizon

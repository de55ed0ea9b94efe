"""Gaps in what a service published: where its events don't follow one another in the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update

from services.audit.policy import Between
from services.audit.projection.tables import GAPS
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared, Write

_OPEN = Prepared(
    select(GAPS.c.service, GAPS.c.after_position, GAPS.c.before_position)
    .where(GAPS.c.filled_at.is_(None))
    .order_by(GAPS.c.service, GAPS.c.after_position)
    .limit(bindparam("limit"))
)
_OPEN_OF = Prepared(
    select(GAPS.c.after_position, GAPS.c.before_position).where(
        GAPS.c.service == bindparam("service"), GAPS.c.filled_at.is_(None)
    )
)
_BREAKS = """
SELECT held, position, event_id, type FROM (
  SELECT position, previous, event_id, type,
    lag(position, 1, %(after)s::bigint) OVER (ORDER BY position) AS held
  FROM ledger
  WHERE service = %(service)s AND position > %(after)s AND position <= %(before)s
) AS chain
WHERE previous <> held ORDER BY position LIMIT 100
"""
_FILL = Prepared(
    update(GAPS)
    .values(filled_at=bindparam("at"))
    .where(
        GAPS.c.service == bindparam("of"),
        GAPS.c.after_position == bindparam("behind"),
        GAPS.c.filled_at.is_(None),
    ),
    name="gaps",
)
_UNANNOUNCED = Prepared(
    select(GAPS.c.service, GAPS.c.after_position, GAPS.c.before_position)
    .where(GAPS.c.announced_at.is_(None))
    .order_by(GAPS.c.seen_at)
    .limit(bindparam("limit"))
)
_ANNOUNCE = Prepared(
    update(GAPS)
    .values(announced_at=bindparam("at"))
    .where(GAPS.c.service == bindparam("of"), GAPS.c.after_position == bindparam("behind")),
    name="gaps",
)
_HOW_MANY = Prepared(
    select(
        GAPS.c.service,
        func.count().filter(GAPS.c.filled_at.is_(None)).label("open"),
        func.count(GAPS.c.filled_at).label("filled"),
    ).group_by(GAPS.c.service)
)


@dataclass(frozen=True, slots=True)
class Gap:
    """What a service published between two positions that are held, and hasn't arrived."""

    service: str
    after: int
    before: int

    def filled(self, at: datetime) -> Write:
        return _FILL.write(of=self.service, behind=self.after, at=at)

    def announced(self, at: datetime) -> Write:
        return _ANNOUNCE.write(of=self.service, behind=self.after, at=at)


@dataclass(frozen=True, slots=True)
class Break:
    """An event that is held and names another one before it than the one that is."""

    held: int
    position: int
    event_id: str
    type: str


class Gaps:
    """Queries of gaps."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, limit: int) -> list[Gap]:
        return [_gap(row) for row in await self._database.fetch(_OPEN, limit=limit)]

    async def open_of(self, service: str) -> list[Between]:
        rows = await self._database.fetch(_OPEN_OF, service=service)
        return [Between(row["after_position"], row["before_position"]) for row in rows]

    async def breaks(self, gap: Gap) -> Sequence[Break]:
        """Where the chain of a gap isn't whole; the first hundred."""
        asked = {"service": gap.service, "after": gap.after, "before": gap.before}
        return [Break(**row) for row in await self._database.run(_BREAKS, asked)]

    async def unannounced(self, limit: int) -> list[Gap]:
        return [_gap(row) for row in await self._database.fetch(_UNANNOUNCED, limit=limit)]

    async def how_many(self) -> dict[str, tuple[int, int]]:
        """Of each service that has any: open, filled."""
        found = await self._database.fetch(_HOW_MANY)
        return {row["service"]: (row["open"], row["filled"]) for row in found}


def _gap(row: Mapping[str, Any]) -> Gap:
    return Gap(row["service"], row["after_position"], row["before_position"])

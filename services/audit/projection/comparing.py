"""What the ledger holds of a service between two positions, to compare with the service's word."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import bindparam, func, select

from services.audit.policy import Between, Known
from services.audit.projection.tables import CHECK_ROWS, CHECKS, ENTRIES, LEDGER
from shared.eventstore.database import Database, Rows
from shared.eventstore.ranges import DIGEST
from shared.eventstore.sql import Prepared, Write

_WITHIN = """
FROM ledger WHERE service = %(service)s AND position > %(after)s AND position < %(before)s
"""
_SUM = DIGEST + _WITHIN
_LINES = (
    "SELECT index, position, event_id, type, sha256(body) AS digest" + _WITHIN + "ORDER BY position"
)
_THROUGH = Prepared(
    select(func.max(select(LEDGER.c.position)
    .where(LEDGER.c.service == bindparam("service"), LEDGER.c.position > bindparam("after"))
    .order_by(LEDGER.c.position)
    .limit(bindparam("limit")).subquery().c.position).label("position"))
)  # fmt: skip
_CHECK = Prepared(select(CHECKS).where(CHECKS.c.service == bindparam("service")))
_CHECKS = Prepared(select(CHECKS))
_RESTORED = Prepared(
    select(LEDGER.c.body)
    .join(ENTRIES, ENTRIES.c.index == LEDGER.c.index)
    .where(ENTRIES.c.type == "store-restored", ENTRIES.c.service == bindparam("service"))
)
SIZE = "SELECT size FROM ledger_size"


@dataclass(frozen=True, slots=True)
class Check:
    """A round of comparing, as far as it has come."""

    service: str
    checked_to: int
    began_at: datetime
    ended_at: datetime | None = None

    @property
    def goes_on(self) -> bool:
        return self.ended_at is None or self.ended_at < self.began_at

    @property
    def kept(self) -> Write:
        return CHECK_ROWS.row(
            service=self.service, checked_to=self.checked_to, began_at=self.began_at,
            ended_at=self.ended_at,
        )  # fmt: skip


class Compared:
    """Queries of the ledger by service and position."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def size(self) -> int:
        """How many leaves the ledger has, of all services."""
        return int((await self._database.run(SIZE))[0]["size"])

    async def through(self, service: str, after: int, limit: int) -> int | None:
        """The position of the event `limit` places after another, or of the last; None after it."""
        row = await self._database.fetch_one(_THROUGH, service=service, after=after, limit=limit)
        return row["position"] if row else None

    async def sum(self, service: str, after: int, before: int) -> tuple[int, bytes]:
        """How many events lie between two positions, and their `DIGEST`."""
        asked = {"service": service, "after": after, "before": before}
        [row] = await self._database.run(_SUM, asked)
        return row["count"], bytes(row["digest"])

    async def lines(self, service: str, after: int, before: int) -> Rows:
        asked = {"service": service, "after": after, "before": before}
        return await self._database.run(_LINES, asked)

    async def lost(self, service: str) -> list[Between]:
        """What a service says it lost when its store was set back and recovered: nothing where it
        took all of it back from its stream."""
        rows = await self._database.fetch(_RESTORED, service=service)
        said = [from_json(row["body"])["data"] for row in rows]
        return [
            Between(each["common_position"], each["tail_position"] + 1)
            for each in said
            if each.get("lost") != 0
        ]

    async def check(self, service: str) -> Check | None:
        row = await self._database.fetch_one(_CHECK, service=service)
        return Check(**row) if row else None

    async def checks(self) -> dict[str, Check]:
        rows = await self._database.fetch(_CHECKS)
        return {row["service"]: Check(**row) for row in rows}


def known(rows: Iterable[Mapping[str, Any]]) -> dict[int, Known]:
    """Lines by position, as they are compared."""
    return {row["position"]: Known(row["event_id"], bytes(row["digest"])) for row in rows}

"""What the workforce register says of staff that matters for caseloads."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Text, bindparam, select, text

from services.referrals.projection.tables import WORKERS
from shared.contracts.supervision import (
    Level,
    WorkerDetails,
    WorkerLeft,
    WorkerRegistered,
    WorkerStatus,
    WorkerUpdated,
)
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared, Write
from shared.platform.projecting import Published

_IS = Prepared(
    text("""
INSERT INTO workers
  (staff_id, version, status, since, level, whole_time_equivalent, registered, teams)
VALUES (:staff_id, :version, :status, :at, :level, :whole_time_equivalent, :registered,
  cast(:teams AS jsonb))
ON CONFLICT (staff_id) DO UPDATE SET
  version = excluded.version,
  since = CASE WHEN (workers.status = 'active') = (excluded.status = 'active')
    THEN workers.since ELSE excluded.since END,
  status = excluded.status,
  level = excluded.level,
  whole_time_equivalent = excluded.whole_time_equivalent,
  registered = excluded.registered,
  teams = excluded.teams
WHERE workers.version < excluded.version
"""),
    name="workers",
)
"""Newest by version, like any row that is learnt; but `since` is since when they have been
at work, or not: whoever leaves while away has been away since then."""
_ANY_IN = Prepared(
    select(WORKERS.c.staff_id)
    .where(WORKERS.c.teams.has_key(bindparam("team_id", type_=Text)), WORKERS.c.status != "left")
    .limit(1)
)
_WORKER = Prepared(select(WORKERS).where(WORKERS.c.staff_id == bindparam("staff_id")))


@dataclass(frozen=True, slots=True)
class Worker:
    """A member of staff as the register has them."""

    staff_id: str
    status: WorkerStatus
    level: Level | None
    whole_time_equivalent: float | None
    registered: bool
    teams: tuple[str, ...]


def worker_is(event: Published) -> Iterable[Write]:
    """What an event says of a worker; nothing for an event that says nothing of one."""
    match event.payload:
        case (
            WorkerRegistered(details=details)
            | WorkerUpdated(details=details)
            | WorkerLeft(details=details)
        ):
            yield _written(event, details)


def _written(event: Published, details: WorkerDetails) -> Write:
    return _IS.write(
        staff_id=event.resource_id,
        version=event.version,
        status=details.status,
        at=event.time,
        level=details.level,
        whole_time_equivalent=details.whole_time_equivalent,
        registered=any(each.status == "effective" for each in details.registrations),
        teams=to_json(details.teams).decode(),
    )


class Workers:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, staff_id: str) -> Worker | None:
        """A member of staff, or None for one the register doesn't have."""
        row = await self._database.fetch_one(_WORKER, staff_id=staff_id)
        return _read(row) if row else None

    async def any_in(self, team_id: str) -> bool:
        """Whether the register has anybody in a team."""
        return await self._database.fetch_one(_ANY_IN, team_id=team_id) is not None


def _read(row: dict[str, Any]) -> Worker:
    return Worker(
        row["staff_id"],
        row["status"],
        row["level"],
        row["whole_time_equivalent"],
        row["registered"],
        tuple(row["teams"]),
    )

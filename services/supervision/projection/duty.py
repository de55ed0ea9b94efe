"""Read model of duty: a team's rota, a trust's workforce data, in clear."""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select

from services.supervision.domain import Duty, Shifts
from services.supervision.projection.tables import DUTIES
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.platform.ties import rota_is

_SHIFTS: TypeAdapter[Shifts] = TypeAdapter(Shifts)
_DUTIES = RowsInto(DUTIES)
_DUTY = Prepared(select(DUTIES).where(DUTIES.c.team_id == bindparam("team_id")))


def rota(team_id: str, version: int, shifts: Shifts, at: datetime) -> dict[str, Any]:
    """A team's rota as the API shows it, and who is on duty at a moment."""
    return {
        "team_id": team_id,
        "version": version,
        "shifts": [
            {"staff_id": each.staff_id, "from": each.starts_at, "to": each.ends_at}
            for each in shifts
        ],
        "at": at,
        "on_duty": sorted({s.staff_id for s in shifts if s.starts_at <= at < s.ends_at}),
    }


def duty_rows(duty: Duty) -> list[Write]:
    return [
        _DUTIES.row(team_id=duty.team, version=duty.version, shifts=duty.shifts),
        rota_is(duty.team, duty.shifts, duty.version),
    ]


class Rotas:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, team_id: str) -> tuple[int, Shifts] | None:
        """The version of a team's rota, and its shifts in order; None if it has none."""
        row = await self._database.fetch_one(_DUTY, team_id=team_id)
        return (row["version"], _SHIFTS.validate_python(row["shifts"])) if row else None

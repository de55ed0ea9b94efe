"""Read models of the workforce register and of duty."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_json
from sqlalchemy import JSON, Column, Integer, MetaData, Table, Text, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.supervision.domain import Duty, Shifts, Worker
from shared.eventstore.database import Database
from shared.eventstore.listing import Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write

METADATA = MetaData()
WORKERS = Table(
    "workers",
    METADATA,
    Column("staff_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("teams", JSONB, nullable=False),
    Column("document", JSON, nullable=False),
)
DUTIES = Table(
    "duties",
    METADATA,
    Column("team_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("shifts", JSON, nullable=False),
)
_SHIFTS: TypeAdapter[Shifts] = TypeAdapter(Shifts)
_WORKERS, _DUTIES = map(RowsInto, (WORKERS, DUTIES))
_DUTY = Prepared(select(DUTIES).where(DUTIES.c.team_id == bindparam("team_id")))
_AT_WORK = Prepared(
    select(WORKERS.c.staff_id).where(
        WORKERS.c.staff_id == any_(bindparam("staff_ids", type_=ARRAY(Text))),
        WORKERS.c.document["status"].as_string() != "left",
    )
)
_ONE = Prepared(select(WORKERS).where(WORKERS.c.staff_id == bindparam("staff_id")))
_LIST = (
    select(WORKERS.c.staff_id, WORKERS.c.document)
    .where(WORKERS.c.staff_id > bindparam("after"))
    .order_by(WORKERS.c.staff_id)
    .limit(bindparam("limit"))
)
_ALL = Prepared(_LIST)
_TEAM = Prepared(_LIST.where(WORKERS.c.teams.contains(bindparam("team", type_=JSONB))))


def document(worker: Worker) -> dict[str, Any]:
    """A worker as the API shows it."""
    return {"staff_id": worker.staff_id, "version": worker.version, **vars(worker.details)}


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


def rows(aggregate: Worker | Duty, seal: Seal) -> list[Write]:
    """The register's row or a rota: a trust's workforce data, in clear."""
    if isinstance(aggregate, Duty):
        return [
            _DUTIES.row(team_id=aggregate.team, version=aggregate.version, shifts=aggregate.shifts)
        ]
    worker = aggregate
    return [
        _WORKERS.row(
            staff_id=worker.staff_id,
            version=worker.version,
            teams=worker.details.teams,
            document=document(worker),
        )
    ]


class Register:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, staff_id: str) -> dict[str, Any] | None:
        return await self._database.fetch_one(_ONE, staff_id=staff_id)

    async def page(self, team_id: str | None, after: str, limit: int) -> Slice:
        """At most `limit` workers by `staff_id`, all of them or a team's."""
        query, asked = _ALL, {"after": after, "limit": limit + 1}
        if team_id is not None:
            query, asked = _TEAM, {**asked, "team": to_json([team_id]).decode()}
        return Slice.of(await self._database.fetch(query, **asked), limit)

    async def at_work(self, staff_ids: Collection[str]) -> set[str]:
        """Those of some staff whom the register has, and who haven't left."""
        found = await self._database.fetch(_AT_WORK, staff_ids=[*staff_ids])
        return {row["staff_id"] for row in found}

    async def duty(self, team_id: str) -> tuple[int, Shifts] | None:
        """The version of a team's rota, and its shifts in order; None if it has none."""
        row = await self._database.fetch_one(_DUTY, team_id=team_id)
        return (row["version"], _SHIFTS.validate_python(row["shifts"])) if row else None

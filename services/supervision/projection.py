"""Read model of the workforce register."""

from typing import Any

from pydantic_core import to_json
from sqlalchemy import JSON, Column, Integer, MetaData, Table, Text, bindparam, select
from sqlalchemy.dialects.postgresql import JSONB

from services.supervision.domain import Worker
from shared.eventstore.database import Database
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
_WORKERS = RowsInto(WORKERS)
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


def rows(worker: Worker, seal: Seal) -> list[Write]:
    """The register's row: a trust's workforce data, in clear (shared.contracts.supervision)."""
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

    async def page(self, team_id: str | None, after: str, limit: int) -> list[dict[str, Any]]:
        """At most `limit` workers by `staff_id`, all of them or a team's."""
        if team_id is None:
            return await self._database.fetch(_ALL, after=after, limit=limit)
        team = to_json([team_id]).decode()
        return await self._database.fetch(_TEAM, after=after, limit=limit, team=team)

"""What the register says of workers that has to do with learning: facts in clear, no words."""

from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_json
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import JSONB

from services.supervision.policy import Learner
from services.supervision.projection.tables import WORKERS
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared

_LEARNER: TypeAdapter[Learner] = TypeAdapter(Learner)
_ONE = Prepared(select(WORKERS.c.metadata).where(WORKERS.c.staff_id == bindparam("staff_id")))
_TEAM = Prepared(
    select(WORKERS.c.metadata).where(WORKERS.c.teams.contains(bindparam("team", type_=JSONB)))
)


class Learners:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, staff_id: str) -> Learner | None:
        row = await self._database.fetch_one(_ONE, staff_id=staff_id)
        return _learner(row) if row else None

    async def of_team(self, team_id: str) -> list[Learner]:
        """Everyone of a team, whoever has left included."""
        found = await self._database.fetch(_TEAM, team=to_json([team_id]).decode())
        return [_learner(row) for row in found]


def _learner(row: dict[str, Any]) -> Learner:
    return _LEARNER.validate_python(row["metadata"])

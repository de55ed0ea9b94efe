"""Who supervises whom in a team: agreements in force, and the people in them."""

from collections.abc import Collection
from datetime import date
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Text, any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.supervision.projection.tables import AGREEMENTS, WORKERS, in_force
from shared.eventstore.database import Database, Rows
from shared.eventstore.sql import Prepared

_SAID = WORKERS.c.metadata
_STATUS = _SAID["status"].as_string()
_IN_FORCE = Prepared(
    select(
        AGREEMENTS.c.supervisor_id,
        AGREEMENTS.c.worker_id,
        AGREEMENTS.c.kind,
        AGREEMENTS.c.interval_weeks,
        AGREEMENTS.c.id.label("agreement_id"),
        AGREEMENTS.c.starts_on.label("since"),
    )
    .join(WORKERS, WORKERS.c.staff_id == AGREEMENTS.c.worker_id)
    .where(
        AGREEMENTS.c.team_id == bindparam("team_id"),
        in_force(bindparam("on")),
        _STATUS != "left",
    )
    .order_by(AGREEMENTS.c.supervisor_id, AGREEMENTS.c.worker_id, AGREEMENTS.c.kind)
)
_PEOPLE = Prepared(
    select(
        WORKERS.c.staff_id,
        _SAID["name"].as_string().label("name"),
        _SAID["job_title"].as_string().label("job_title"),
        _SAID["employer"].as_string().label("employer"),
        _SAID["level"].as_string().label("level"),
        (_STATUS != "left").label("at_work"),
    )
    .where(
        or_(
            WORKERS.c.staff_id == any_(bindparam("staff_ids", type_=ARRAY(Text))),
            WORKERS.c.teams.contains(bindparam("team", type_=JSONB))
            & _SAID["level"].as_string().is_not(None)
            & (_STATUS != "left"),
        )
    )
    .order_by(WORKERS.c.staff_id)
)
"""Those named, and the team's STR workers: they have a level."""


class Chart:
    """Queries over the read models of agreements and of the register."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def links(self, team_id: str, on: date) -> Rows:
        """A team's agreements in force on a day, of workers at work."""
        return await self._database.fetch(_IN_FORCE, team_id=team_id, on=on)

    async def people(self, team_id: str, staff_ids: Collection[str]) -> list[dict[str, Any]]:
        """Some people as the register has them, and the team's STR workers besides."""
        team = to_json([team_id]).decode()
        return await self._database.fetch(_PEOPLE, team=team, staff_ids=[*staff_ids])

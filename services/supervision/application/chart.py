"""Use case of the chart: who supervises whom in a team (HB 5.22)."""

from typing import Any

from services.supervision.application.overseeing import over, recorded
from services.supervision.projection import Chart as ReadModel
from shared.eventstore.database import Database
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.platform.accesslog import Shown
from shared.platform.relationships import Relationships

UNKNOWN = {"name": None, "job_title": None, "employer": None, "level": None, "at_work": True}
"""Somebody whom the register doesn't have."""


class Chart:
    def __init__(self, database: Database, relationships: Relationships) -> None:
        self._relationships = relationships
        self._read = ReadModel(database)

    async def of(self, call: Call, team_id: str | None) -> dict[str, Any]:
        """A team's agreements in force, the people in them, and its STR workers without any.

        Where an engagement doesn't allow identities, people are known by their ids alone.
        """
        team_id, grant = await over(self._relationships, call, team_id)
        today = local_day(call.at)
        links = await self._read.links(team_id, today)
        supervisors = {link["supervisor_id"] for link in links}
        workers = {link["worker_id"] for link in links}
        known = {
            each["staff_id"]: each
            for each in await self._read.people(team_id, supervisors | workers)
        }
        nodes = [
            {
                "staff_id": staff_id,
                **{name: known.get(staff_id, UNKNOWN)[name] for name in UNKNOWN},
                **({} if grant.identified else {"name": None}),
                "role_in_chart": _role(staff_id in supervisors, staff_id in workers),
            }
            for staff_id in sorted({*known} | supervisors | workers)
        ]
        shown = Shown(resource=f"supervision-chart/{team_id}", returned=len(nodes), team_id=team_id)
        await recorded(self._relationships, call, grant, shown)
        return {"team_id": team_id, "on": today, "nodes": nodes, "links": links}


def _role(supervises: bool, is_supervised: bool) -> str:
    if supervises:
        return "both" if is_supervised else "supervisor"
    return "worker" if is_supervised else "unsupervised"

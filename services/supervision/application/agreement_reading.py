"""Looking up agreements: the two read theirs, and whose worker it is reads them too."""

from datetime import date
from typing import Any
from uuid import UUID

from services.supervision.application.colleagues import Colleagues
from services.supervision.application.overseeing import overseen, oversees, recorded
from services.supervision.application.participants import Participants
from services.supervision.domain import Confidential
from services.supervision.projection import Agreements as ReadModel
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents, without_content
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.errors import NotFound
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Relationships


class AgreementReading:
    def __init__(
        self,
        database: Database,
        relationships: Relationships,
        documents: Documents,
        colleagues: Colleagues,
    ) -> None:
        self._relationships = relationships
        self._participants = Participants(relationships)
        self._documents = documents
        self._colleagues = colleagues
        self._read = ReadModel(database)

    async def one(self, call: Call, id: UUID) -> dict[str, Any]:
        """One, with its words. That anybody but the two saw it is recorded.

        Raises `NotFound`, `Confidential`.
        """
        found = await self._read.one(id)
        if found is None:
            raise NotFound()
        own = call.caller.staff_id in (found["worker_id"], found["supervisor_id"])
        if own and await self._participants.at_work(call):
            return await self._documents.one(found)
        grant = await self._managing(call, found)
        opened = await self._documents.one(found)
        shown = Shown(
            staff_ids=(found["worker_id"],),
            resource=f"supervision-agreement/{id}",
            team_id=found["team_id"],
        )
        await self._relationships.shown(call, grant, shown)
        return opened

    async def _managing(self, call: Call, agreement: dict[str, Any]) -> Grant:
        worker_id, team_id = agreement["worker_id"], agreement["team_id"]
        worker = await self._colleagues.of(call, worker_id, frozenset({team_id}))
        basis = next((each for each in worker.ties_in(team_id) if each in call.bases), None)
        if basis is None:
            raise Confidential(
                "An agreement is for the two, and for who manages the worker.",
                resource=f"supervision-agreement/{agreement['id']}",
                staff_id=worker_id,
            )
        return Grant(basis)

    async def page(
        self,
        call: Call,
        worker_id: str | None,
        supervisor_id: str | None,
        team_id: str | None,
        in_force: bool | None,
        **rest: Any,
    ) -> Slice:
        """One's own, with their words; or a team's, without. Raises `NotYours`,
        `NoRelationship`, `NoEngagement`."""
        me, today = call.caller.staff_id, local_day(call.at)
        asked = {
            "worker_id": worker_id,
            "supervisor_id": supervisor_id,
            **_in_force(in_force, today),
            **rest,
        }
        unnamed = worker_id is None and supervisor_id is None and team_id is None
        if me in (worker_id, supervisor_id) or (unnamed and not oversees(call)):
            await self._participants.require_at_work(call)
            found = await self._read.page(participant=me, team_id=team_id, **asked)
            return await self._documents.shown(found)
        team_id, grant = await overseen(self._relationships, call, team_id)
        found = await self._read.page(team_id=team_id, **asked)
        resource = f"worker/{worker_id}" if worker_id else None
        shown = Shown(resource=resource, returned=len(found.rows), team_id=team_id)
        await recorded(self._relationships, call, grant, shown)
        return found.shown(lambda row: grant.shows(without_content(row)))


def _in_force(asked: bool | None, today: date) -> dict[str, date]:
    if asked is None:
        return {}
    return {"in_force_on" if asked else "not_in_force_on": today}

"""Use cases of development plans: reading them, and who is shown only that there is one."""

from datetime import date
from typing import Any
from uuid import UUID

from services.supervision.application.colleagues import Colleagues
from services.supervision.application.development.circle import WHOSE, Circle
from services.supervision.application.overseeing import overseen, oversees
from services.supervision.domain import Confidential, NotYourTeam
from services.supervision.projection import DevelopmentPlans, Register, outlined
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents, without_content
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.errors import NotFound
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Relationships

ALSO = f"{WHOSE} Others may know that there is one, and when it is to be reviewed."
Json = dict[str, Any]


class Reading:
    def __init__(
        self,
        database: Database,
        relationships: Relationships,
        documents: Documents,
        colleagues: Colleagues,
    ) -> None:
        self._relationships = relationships
        self._documents = documents
        self._colleagues = colleagues
        self._read = DevelopmentPlans(database)
        self._register = Register(database)
        self._circle = Circle(self._read, relationships)

    async def one(self, call: Call, id: UUID) -> Json:
        """The row of a plan, its `document` as it is shown. Raises `Confidential`."""
        found = await self._read.one(id)
        if found is None:
            raise NotFound()
        worker_id, resource = found["worker_id"], f"development-plan/{id}"
        if not await self._circle.has(call, worker_id):
            raise Confidential(ALSO, staff_id=worker_id, resource=resource)
        [row] = (await self._told(Slice([found], more=False), {worker_id}, local_day(call.at))).rows
        shown = Shown(resource=resource, team_id=found["team_id"], staff_ids=(worker_id,))
        manages = (await self._colleagues.of(call, worker_id)).line_managed
        grant = Grant("line_management" if manages else "participant")
        await self._relationships.shown(call, grant, shown)
        return row

    async def page(
        self, call: Call, worker_id: str | None, team_id: str | None, **rest: Any
    ) -> Slice:
        """Plans of a worker or a team; the caller's own, if staff name neither. Their words only
        where the caller takes part. Raises `Confidential`, `NotYourTeam`, `NoEngagement`."""
        if worker_id is None and team_id is None and not oversees(call):
            worker_id = call.caller.staff_id
        grant = await self._grant(call, worker_id, team_id)
        found = await self._read.page(worker_id=worker_id, team_id=team_id, **rest)
        workers = {row["worker_id"] for row in found.rows}
        own = set() if oversees(call) else await self._circle.of(call, workers)
        told = await self._told(found, own, local_day(call.at))
        if own or oversees(call):
            shown = Shown(returned=len(found.rows), team_id=team_id, staff_ids=tuple(sorted(own)))
            await self._relationships.shown(call, grant, shown)
        return told.shown(lambda row: grant.shows(row["document"]))

    async def _grant(self, call: Call, worker_id: str | None, team_id: str | None) -> Grant:
        """Why the caller may know which plans there are."""
        if oversees(call):
            return (await overseen(self._relationships, call, team_id))[1]
        manager = call.role == "team_manager"
        if worker_id is None:
            if not manager or team_id not in await self._register.teams_of(call.caller):
                raise NotYourTeam()
        elif not await self._circle.has(call, worker_id):
            worker = await self._colleagues.of(call, worker_id)
            if not manager or not worker.shared:
                raise Confidential(ALSO, staff_id=worker_id)
        return Grant("participant")

    async def _told(self, found: Slice, own: set[str], today: date) -> Slice:
        """Plans with their words, drawn together with what other records say, where they are for
        the caller; the outline of the rest."""
        opened = await self._documents.shown(
            Slice([row for row in found.rows if row["worker_id"] in own], more=False)
        )
        frameworks = await self._read.frameworks(own)
        words = {
            row["id"]: frameworks[row["worker_id"]].drawn_into(row["document"], today)
            for row in opened.rows
        }
        return found.shown(
            lambda row: words.get(row["id"]) or outlined(without_content(row), today)
        )

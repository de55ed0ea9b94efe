"""Use cases of sessions: read one, its history, lists. A record is for its two participants, and
for whom it was disclosed to; others may know that it was held, and when."""

from typing import Any
from uuid import UUID

from pydantic_core import from_json

from services.supervision.application.colleagues import Colleagues
from services.supervision.application.overseeing import overseen, oversees
from services.supervision.application.participants import Participants
from services.supervision.domain import Confidential, Session
from services.supervision.projection import (
    Disclosures,
    Sessions,
    in_short,
    session_document,
    without_record,
)
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents, without_content
from shared.eventstore.listing import Slice
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.errors import NotFound
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Relationships


class Reading:
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        relationships: Relationships,
        documents: Documents,
        colleagues: Colleagues,
    ) -> None:
        self._store = store
        self._relationships = relationships
        self._documents = documents
        self._colleagues = colleagues
        self._participants = Participants(relationships)
        self._sessions = Sessions(database)
        self._disclosures = Disclosures(database)

    async def session(self, call: Call, id: UUID) -> dict[str, Any]:
        """A session with its record. Raises `Confidential`."""
        found = await self._found(id)
        grant = await self._grant(call, found)
        found = await self._documents.one(found)
        shown = {
            **from_json(found["document"]),
            "disclosures": await self._known(call, id),
        }
        await self._show(call, grant, found)
        return shown

    async def history(self, call: Call, id: UUID) -> list[dict[str, Any]]:
        """What the two did with it, oldest first: for them alone. Raises `Confidential`."""
        found = await self._found(id)
        grant = await self._grant(call, found)
        if grant.basis != "participant":
            raise _confidential(found)
        entries = await self._store.history(id)
        await self._show(call, grant, found, len(entries))
        return entries

    async def sessions(
        self,
        call: Call,
        worker_id: str | None,
        supervisor_id: str | None,
        team_id: str | None,
        **rest: Any,
    ) -> Slice:
        """That sessions were held, when and how long: one's own, a team's, those of a worker whose
        line manager one is; for auditors as far as an engagement goes. Never what was said.

        Raises `NotYours`, `NoRelationship`, `NoEngagement`.
        """
        me = call.caller.staff_id
        own = me in (worker_id, supervisor_id)
        team_id, grant = (
            (team_id, Grant("participant"))
            if own
            else await self._grant_for_list(call, worker_id, team_id)
        )
        if grant.basis == "participant":
            await self._participants.require_at_work(call)
        found = await self._sessions.page(
            worker_id=worker_id,
            supervisor_id=supervisor_id,
            team_id=team_id,
            participant=me if grant.basis == "participant" else None,
            **rest,
        )
        if grant.basis != "participant":
            resource = f"worker/{worker_id}" if worker_id else None
            shown = Shown(resource=resource, returned=len(found.rows), team_id=team_id)
            await self._relationships.shown(call, grant, shown)
        return found.shown(lambda row: grant.shows(without_content(row)))

    async def answer(self, call: Call, session: Session) -> dict[str, Any]:
        """A session as a command answers it: without its record to all but the two."""
        party = session.party_of(call.caller.staff_id)
        shown = session_document(session) if party else without_record(session)
        return {**shown, "disclosures": await self._known(call, session.id)}

    async def _grant_for_list(
        self, call: Call, worker_id: str | None, team_id: str | None
    ) -> tuple[str | None, Grant]:
        if team_id is not None or oversees(call):
            return await overseen(self._relationships, call, team_id)
        if worker_id and (await self._colleagues.of(call, worker_id)).line_managed:
            return None, Grant("line_management")
        return None, Grant("participant")

    async def _grant(self, call: Call, found: dict[str, Any]) -> Grant:
        me = call.caller.staff_id
        if await self._participants.at_work(call):
            if me in (found["worker_id"], found["supervisor_id"]):
                return Grant("participant")
            if await self._disclosures.opens(found["id"], me, call.at):
                return Grant("disclosure")
        raise _confidential(found)

    async def _known(self, call: Call, id: UUID) -> list[dict[str, Any]]:
        """The disclosures of a session that the caller may know of."""
        known = await self._disclosures.of_session(id, call.caller.staff_id)
        return [in_short(each, call.at) for each in known]

    async def _found(self, id: UUID) -> dict[str, Any]:
        found = await self._sessions.one(id)
        if found is None:
            raise NotFound()
        return found

    async def _show(
        self, call: Call, grant: Grant, found: dict[str, Any], returned: int = 1
    ) -> None:
        resource = f"supervision-session/{found['id']}"
        whose = (found["worker_id"], found["supervisor_id"])
        shown = Shown((), resource, returned, found["team_id"], staff_ids=whose)
        await self._relationships.shown(call, grant, shown)


def _confidential(found: dict[str, Any]) -> Confidential:
    resource = f"supervision-session/{found['id']}"
    return Confidential(resource=resource, staff_id=found["worker_id"])

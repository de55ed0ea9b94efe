"""Use cases of concerns: read one, its history, lists."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from services.notes.application.keeping import refuse_named
from services.notes.domain import Concern, ConcernStatus, stream_of
from services.notes.projection import Concerns as ReadModel
from services.notes.projection import concern_at, concern_document
from shared.eventstore.commands import Outcome
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents, without_content
from shared.eventstore.listing import Slice
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.errors import NoRelationship, NotFound
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Permitted, Relationships
from shared.platform.ties import of_person


class ConcernReading:
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        relationships: Relationships,
        documents: Documents,
    ) -> None:
        self._store = store
        self._relationships = relationships
        self._documents = documents
        self._read = ReadModel(database)

    async def concern(self, call: Call, id: UUID) -> dict[str, Any]:
        """One concern as it stands."""
        found = await self._found(id)
        permitted = await self._permitted(call, found)
        found = await self._documents.one(found)
        steps = await self._read.steps(id)
        await self._show(call, permitted, found)
        document = concern_at(from_json(found["document"]), steps, call.at)
        return {**found, "document": document}

    async def history(self, call: Call, id: UUID) -> list[dict[str, Any]]:
        """What people did with it and what the clock did, oldest first."""
        found = await self._found(id)
        permitted = await self._permitted(call, found)
        steps = await self._read.steps(id)
        streams = (stream_of(id, step["clock"], step["step"]) for step in steps)
        entries = await self._store.history(id, *streams)
        await self._show(call, permitted, found, len(entries))
        grant = permitted.grant
        if found["status"] == ConcernStatus.MOVED:
            entries = [each for each in entries if each["type"] == "concern-moved"]
        elif grant.identified:
            return entries
        return [grant.shows({**each, "reason": None}) for each in entries]

    async def concerns(
        self,
        call: Call,
        service_user_id: UUID | None,
        team_id: str | None,
        *,
        reached: bool,
        **rest: Any,
    ) -> Slice:
        """Those of one service user, of a team, or that reached the caller; never those about
        them. Auditors see them without the words."""
        seen_by = None
        same: tuple[UUID, ...] = ()
        if service_user_id is not None:
            permitted = await self._relationships.require(call, service_user_id)
            grant, same = permitted.grant, permitted.facts.same
        elif "system" in call.bases:
            grant = Grant("system")
        elif reached and "engagement" not in call.bases:
            grant = await self._reached(call)
        else:
            team_id, grant = await self._relationships.over_team(call, team_id)
            seen_by = None if grant.basis == "engagement" else call.caller.staff_id
        found = await self._read.page(
            **of_person(same),
            of_team=team_id,
            reached_id=call.caller.staff_id if reached else None,
            seen_by=seen_by,
            kept_from=call.caller.staff_id,
            **rest,
        )
        steps = await self._read.steps(*(row["id"] for row in found.rows))
        if grant.basis == "engagement":
            found = found.shown(without_content)
        else:
            opened = await self._documents.shown(found)
            found = opened.shown(lambda row: from_json(row["document"]))
        found = found.shown(lambda row: _as_seen(grant, row, steps, call.at))
        shown = Shown.listed(found, team_id, service_user_id)
        await self._relationships.shown(call, grant, shown)
        return found

    async def answer(self, outcome: Outcome[Concern], now: datetime) -> dict[str, Any]:
        """A concern as the API shows it after a command, with what the clock had done by then.

        A repeated answer is as the first was, unless the concern was moved since.
        """
        concern = outcome.aggregate
        if outcome.replayed:
            found = await self._store.load(Concern, concern.id)
            concern = found if found.status is ConcernStatus.MOVED else concern
        steps = await self._read.steps(concern.id)
        then = [each for each in steps if each["at"] <= concern.modified_on]
        return concern_at(concern_document(concern), then, now)

    async def _reached(self, call: Call) -> Grant:
        if "escalation" in call.bases and (await self._relationships.facts(call)).staff.at_work:
            return Grant("escalation")
        raise NoRelationship("Name a service user of yours, or one of your teams.")

    async def _found(self, id: UUID) -> dict[str, Any]:
        found = await self._read.one(id)
        if found is None:
            raise NotFound()
        return found

    async def _permitted(self, call: Call, found: dict[str, Any]) -> Permitted:
        person, resource = found["service_user_id"], f"concern/{found['id']}"
        permitted = await self._relationships.require(call, person, found["raised_by"], resource)
        refuse_named(call, permitted, found, found["raised_by"], resource)
        return permitted

    async def _show(
        self, call: Call, permitted: Permitted, found: dict[str, Any], returned: int = 1
    ) -> None:
        whose, resource = (found["service_user_id"],), f"concern/{found['id']}"
        shown = Shown(whose, resource, returned, found["team_id"])
        await self._relationships.shown(call, permitted.grant, shown)


def _as_seen(
    grant: Grant, row: Mapping[str, Any], steps: list[dict[str, Any]], now: datetime
) -> Any:
    its = [each for each in steps if each["concern_id"] == row["id"]]
    return grant.shows(concern_at(row["document"], its, now))

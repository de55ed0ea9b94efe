"""Use cases of case decisions: record one from a session, take it back, look them up as a part of
the service user's record that they are."""

import contextlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.supervision import policy
from services.supervision.application.participants import Participants
from services.supervision.domain import CaseDecision, DecisionStatus, Session
from services.supervision.projection import CaseDecisions as ReadModel
from services.supervision.projection import tombstone
from shared.contracts.supervision import RetractionKind
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents, without_content
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.errors import NotFound, Unavailable
from shared.kernel.ids import new_id
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Relationships
from shared.platform.ties import Facts, of_person


class CaseDecisions:
    def __init__(
        self,
        database: Database,
        commands: Commands,
        relationships: Relationships,
        documents: Documents,
    ) -> None:
        self._commands = commands
        self._relationships = relationships
        self._documents = documents
        self._participants = Participants(relationships)
        self._read = ReadModel(database)

    async def decide(
        self, call: Call, session_id: UUID, service_user_id: UUID, decision: str
    ) -> Outcome[Session]:
        """By either of the two: what was decided about a service user goes into that person's
        record. Needs no tie to them: without one it is flagged. Raises `NotFound` for a person
        nobody knows."""
        facts: Facts

        async def allow(session: Session) -> None:
            nonlocal facts
            await self._participants.party(call, session)
            facts = await self._facts(call, service_user_id)

        def decide(session: Session) -> list[CaseDecision]:
            by, decision_id = facts.actor(call), new_id()
            session.decide_case(by, call.at, decision_id, service_user_id)
            return [
                CaseDecision.record(
                    by,
                    call.at,
                    decision_id,
                    session,
                    service_user_id,
                    facts.person.team_id if facts.person else None,
                    self._flags(call, session, facts),
                    decision,
                )
            ]

        return await self._commands.change(call, Session, session_id, decide, allow)

    async def retract(
        self, call: Call, id: UUID, kind: RetractionKind, reason: str
    ) -> Outcome[CaseDecision]:
        """By whoever recorded it."""

        async def allow(decision: CaseDecision) -> None:
            recorded_by = decision.recorded_by.staff_id
            await self._relationships.require(call, decision.service_user_id, recorded_by)

        return await self._commands.change(
            call,
            CaseDecision,
            id,
            lambda decision: decision.retract(call.actor(), call.at, kind, reason),
            allow,
        )

    async def decision(self, call: Call, id: UUID) -> dict[str, Any]:
        """One, for who may see the person's record; of the wrong person's, only that it was."""
        found = await self._read.one(id)
        if found is None:
            raise NotFound()
        whose, resource = found["service_user_id"], f"case-decision/{id}"
        permitted = await self._relationships.require(call, whose, found["recorded_by"], resource)
        own = found["recorded_by"] == call.caller.staff_id
        if found["status"] == DecisionStatus.WRONG_PERSON and not own:
            found = {**found, "document": tombstone(found)}
        else:
            found = await self._documents.one(found)
        shown = Shown((whose,), resource, team_id=found["team_id"])
        await self._relationships.shown(call, permitted.grant, shown)
        return found

    async def decisions(
        self, call: Call, service_user_id: UUID, recorded_by: str | None, **rest: Any
    ) -> Slice:
        """Those about one service user, or what the caller recorded about them. Auditors see them
        without the words; nobody those about somebody else but who recorded them."""
        me = call.caller.staff_id
        grant, same = await self._grant_for_list(call, service_user_id, recorded_by)
        found = await self._read.page(
            **of_person(same), recorded_by=recorded_by, legible_to=me, kept_from=me, **rest
        )
        if grant.basis == "engagement":
            found = found.shown(lambda row: grant.shows(without_content(row)))
        else:
            found = await self._documents.shown(found)
        await self._relationships.shown(call, grant, Shown.listed(found, None, service_user_id))
        return found

    async def _grant_for_list(
        self, call: Call, service_user_id: UUID, recorded_by: str | None
    ) -> tuple[Grant, Sequence[UUID]]:
        """Why a list may be had, and the registrations of the person it is about."""
        if "author" in call.bases and recorded_by == call.caller.staff_id:
            facts = await self._relationships.facts(call, service_user_id)
            if facts.staff.at_work:
                return Grant("author"), facts.same
        permitted = await self._relationships.require(call, service_user_id)
        return permitted.grant, permitted.facts.same

    def _flags(self, call: Call, session: Session, facts: Facts) -> tuple[str, ...]:
        return policy.flags_of_decision(
            related=self._relationships.related(call, facts),
            held_on=local_day(session.held_at or call.at),
            died_on=facts.person.died_on if facts.person else None,
        )

    async def _facts(self, call: Call, service_user_id: UUID) -> Facts:
        """What ties the caller to a person, looked at again before it is held against anybody.
        Raises `NotFound`."""
        facts = await self._relationships.facts(call, service_user_id)
        if facts.person is None:
            await self._relationships.catch_up(call)
            facts = await self._relationships.facts(call, service_user_id)
        if facts.person is None:
            raise NotFound("No service user has this id.", service_user_id=str(service_user_id))
        if self._relationships.related(call, facts) and facts.person.died_on is None:
            return facts
        with contextlib.suppress(Unavailable):
            await self._relationships.catch_up(call)
        return await self._relationships.facts(call, service_user_id)

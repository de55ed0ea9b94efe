"""Use cases of break-glass: grant, look up, review."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from pydantic_core import from_json

from services.notes import policy
from services.notes.domain import AccessOverride, NotOnDuty
from services.notes.projection import Overrides as ReadModel
from services.notes.projection import as_at, override_document
from shared.contracts.access import OverrideReason, ReviewOutcome
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.errors import Excluded, NoRelationship, NotFound
from shared.kernel.ids import new_id
from shared.platform.accesslog import Grant, Shown
from shared.platform.messaging import Messaging
from shared.platform.relationships import Relationships
from shared.platform.ties import Facts, of_person


class Overrides:
    def __init__(
        self,
        database: Database,
        commands: Commands,
        messaging: Messaging,
        relationships: Relationships,
        documents: Documents,
    ) -> None:
        self._documents = documents
        self._commands = commands
        self._messaging = messaging
        self._relationships = relationships
        self._read = ReadModel(database)
        self._locks: WeakValueDictionary[tuple[UUID, str], asyncio.Lock] = WeakValueDictionary()

    async def break_glass(
        self,
        call: Call,
        service_user_id: UUID,
        reason_code: OverrideReason,
        reason: str,
        until: datetime | None,
    ) -> Outcome[AccessOverride]:
        """Open one person's record to the caller for a time, in every service.

        A practitioner may; an STR worker while on the duty rota; nobody who is excluded from the
        record. Raises `NotOnDuty`, `Excluded`, `NotFound`, or `Malformed` for a bad `until`.
        """
        facts = await self._facts(call, service_user_id)
        person = facts.person
        if person is None:
            raise NotFound("No service user has this id.")
        shift = facts.staff.on_duty(call.at)
        subject, restricted = str(service_user_id), person.restriction.restricted
        if call.caller.staff_id in person.restriction.excluded or not facts.staff.at_work:
            raise Excluded(subject=subject, restricted=restricted)
        if "duty" in call.bases and shift is None:
            raise NotOnDuty(subject=subject, restricted=restricted)
        ends = policy.until(until, shift, call.at)
        by = facts.actor(call)

        def grant(previous: Mapping[str, Any]) -> AccessOverride:
            return AccessOverride.grant(
                by,
                call.at,
                new_id(),
                service_user_id=service_user_id,
                team_id=person.team_id,
                reason_code=reason_code,
                reason=reason,
                until=ends,
                review_due_at=policy.end_of_working_day(
                    call.at, policy.BREAK_GLASS.review_working_days
                ),
                renewal=policy.renewal(previous.get("until"), previous.get("renewal", 0), call.at),
                restricted=restricted,
            )

        # One after the other, so that each of several at once is counted as a renewal.
        lock = self._locks.setdefault((facts.same[0], by.staff_id), asyncio.Lock())
        async with lock:
            before = await self._read.previous(facts.same, by.staff_id) or {}
            return await self._commands.create(call, lambda: grant(before), AccessOverride)

    async def review(
        self, call: Call, id: UUID, outcome: ReviewOutcome, reason: str
    ) -> Outcome[AccessOverride]:
        """The IG lead's judgement of someone else's access. Raises `OwnOverride`.

        What was not justified is over at once.
        """

        async def allow(override: AccessOverride) -> None:
            override.may_review(call.actor())

        return await self._commands.change(
            call,
            AccessOverride,
            id,
            lambda override: override.review(call.actor(), call.at, outcome, reason),
            allow,
        )

    async def override(self, call: Call, id: UUID) -> dict[str, Any]:
        """One of them: any for the IG lead, their own for staff."""
        found = await self._read.one(id)
        if found is None:
            raise NotFound()
        if "own" in call.bases and found["staff_id"] != call.caller.staff_id:
            raise NoRelationship(
                "This is someone else's access.", subject=str(found["service_user_id"])
            )
        found = await self._documents.one(found)
        shown = Shown((found["service_user_id"],), f"access-override/{id}")
        await self._relationships.shown(call, self._grant(call), shown)
        return {**found, "document": _as_at(found, call.at)}

    async def overrides(
        self, call: Call, service_user_id: UUID | None, staff_id: str | None, **rest: Any
    ) -> Slice:
        """The worklist of the IG lead, or what the caller did."""
        if "own" in call.bases:
            staff_id = call.caller.staff_id
        same = (await self._relationships.facts(call, service_user_id)).same
        found = await self._read.page(staff_id=staff_id, **of_person(same), **rest)
        found = await self._documents.shown(found)
        await self._relationships.shown(call, self._grant(call), Shown.listed(found))
        return found.shown(lambda row: _as_at(row, call.at))

    async def _facts(self, call: Call, service_user_id: UUID) -> Facts:
        """Facts to refuse on, which are waited for, since they are another service's."""
        facts = await self._relationships.facts(call, service_user_id)
        off_duty = "duty" in call.bases and facts.staff.on_duty(call.at) is None
        person = facts.person
        kept_out = person and call.caller.staff_id in person.restriction.excluded
        if person and facts.staff.at_work and not off_duty and not kept_out:
            return facts
        await self._messaging.catch_up("referrals", "supervision")
        return await self._relationships.facts(call, service_user_id)

    def _grant(self, call: Call) -> Grant:
        return Grant("own" if "own" in call.bases else "governance")


def _as_at(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return as_at(from_json(row["document"]), now)


def shown_now(override: AccessOverride, now: datetime) -> dict[str, Any]:
    """Broken glass as the API shows it at a moment."""
    return as_at(override_document(override), now)

"""Use cases of caseloads: who joins one, changes worker, and leaves."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.referrals.domain import (
    CaseloadChanged,
    CaseloadFull,
    NotAnStrWorker,
    NotYoursToAccept,
    NotYoursToAllocate,
    NotYoursToClose,
    NotYoursToOverride,
    PersonDied,
    Place,
    Referral,
    WorkerAbsent,
    WorkerKeptOut,
    WorkerNotRegistered,
)
from services.referrals.policy import (
    InForce,
    limit_of,
    may_allocate,
    may_close,
    may_override,
    weight_of,
)
from services.referrals.projection import Caseloads as ReadModel
from services.referrals.projection import (
    Rules,
    Worker,
    Workers,
    joins_caseload,
    leaves_caseload,
)
from shared.contracts.referrals import ClosureOutcome, ReferralRules
from shared.eventstore import commands
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.eventstore.sql import Write
from shared.kernel.call import Call
from shared.kernel.errors import Conflict
from shared.kernel.relationship import Person
from shared.platform.relationships import Relationships

ATTEMPTS = 20
"""How often a caseload is looked at again that changed while an override was being recorded."""


def place_of(rules: ReferralRules, worker: Worker, open: int, referral: Referral) -> Place:
    """The place that someone would take on a caseload of which so many are taken."""
    weight = weight_of(rules, referral.complexity)
    limit = limit_of(rules, worker.level, worker.whole_time_equivalent)
    return Place(worker.staff_id, weight, limit, open + weight)


@dataclass(frozen=True, slots=True)
class Offer:
    """What is known of the worker who is to support someone, and of their caseload."""

    policy: InForce
    worker: Worker | None
    open: int
    person: Person

    def refusal(self) -> type[Conflict] | None:
        """Why nobody can be put on this worker's caseload, if that is so."""
        if self.worker is None or self.worker.status == "left":
            return WorkerNotRegistered
        if self.worker.status == "absent":
            return WorkerAbsent
        if self.worker.level is None:
            return NotAnStrWorker
        if self.person.died_on is not None:
            return PersonDied
        if not self.person.restriction.lets(self.worker.staff_id):
            return WorkerKeptOut
        return None

    def place(self, referral: Referral) -> Place:
        if refusal := self.refusal():
            raise refusal()
        assert self.worker
        return place_of(self.policy.rules, self.worker, self.open, referral)


class Caseloads:
    def __init__(
        self, database: Database, commands: Commands, relationships: Relationships
    ) -> None:
        self._commands = commands
        self._relationships = relationships
        self._caseloads = ReadModel(database)
        self._rules = Rules(database)
        self._workers = Workers(database)

    async def allocate(
        self, call: Call, id: UUID, worker_id: str, override_reason: str | None
    ) -> commands.Outcome[Referral]:
        """Put the person on a worker's caseload. Raises `CaseloadFull` past the limit."""

        def decide(referral: Referral, place: Place) -> list[Write]:
            referral.allocate(call.actor(), call.at, place, override_reason)
            return [joins_caseload(place)]

        return await self._give(call, id, worker_id, override_reason, decide)

    async def transfer(
        self, call: Call, id: UUID, worker_id: str, handover: str, override_reason: str | None
    ) -> commands.Outcome[Referral]:
        """Move the person to another caseload. Raises `CaseloadFull` past that one's limit."""

        def decide(referral: Referral, place: Place) -> list[Write]:
            leaving = referral.transfer(call.actor(), call.at, place, handover, override_reason)
            return [leaves_caseload(leaving), joins_caseload(place)]

        return await self._give(call, id, worker_id, override_reason, decide)

    async def _give(
        self,
        call: Call,
        id: UUID,
        worker_id: str,
        override_reason: str | None,
        decide: Callable[[Referral, Place], Sequence[Write]],
    ) -> commands.Outcome[Referral]:
        """Run a command that puts someone on a caseload; the database has the last word on it.

        With a reason it refuses only what others have overtaken, and it is decided anew.
        """
        for _ in range(ATTEMPTS):
            try:
                return await self._give_once(call, id, worker_id, override_reason, decide)
            except (CaseloadFull, CaseloadChanged):
                if override_reason is None:
                    raise
        raise CaseloadChanged()

    async def _give_once(
        self,
        call: Call,
        id: UUID,
        worker_id: str,
        override_reason: str | None,
        decide: Callable[[Referral, Place], Sequence[Write]],
    ) -> commands.Outcome[Referral]:
        offer: Offer | None = None

        async def allow(referral: Referral) -> None:
            nonlocal offer
            permitted = await self._relationships.require(call, referral.service_user_id)
            if override_reason is not None and not may_override(call.role):
                raise NotYoursToOverride()
            offer = await self._offer(call, referral, worker_id, permitted.person)
            if not _may_allocate(call, referral, worker_id, offer):
                raise NotYoursToAllocate()

        def onto(referral: Referral) -> Sequence[Write]:
            assert offer
            return decide(referral, offer.place(referral))

        return await self._commands.change(call, Referral, id, onto, allow)

    async def _offer(self, call: Call, referral: Referral, worker_id: str, person: Person) -> Offer:
        """As it stands, having waited for the register's word before anyone is refused on it."""
        offer = await self._known(call, referral, worker_id, person)
        if offer.refusal() or not _may_allocate(call, referral, worker_id, offer):
            await self._relationships.catch_up(call)
            offer = await self._known(call, referral, worker_id, person)
        return offer

    async def _known(self, call: Call, referral: Referral, worker_id: str, person: Person) -> Offer:
        return Offer(
            *await asyncio.gather(
                self._rules.of(referral.team, call.at),
                self._workers.of(worker_id),
                self._caseloads.open(worker_id),
            ),
            person,
        )

    async def answer_handover(
        self, call: Call, id: UUID, declined_because: str | None
    ) -> commands.Outcome[Referral]:
        """The receiving worker takes the person on, or says why they can't."""

        async def allow(referral: Referral) -> None:
            await self._relationships.require(call, referral.service_user_id)
            if referral.last_worker_id != call.caller.staff_id:
                raise NotYoursToAccept()

        def decide(referral: Referral) -> None:
            if declined_because is None:
                referral.accept_handover(call.actor(), call.at)
            else:
                referral.decline_handover(call.actor(), call.at, declined_because)

        return await self._commands.change(call, Referral, id, decide, allow)

    async def close(
        self,
        call: Call,
        id: UUID,
        outcome: ClosureOutcome,
        summary: str,
        disengagement_plan: str | None,
    ) -> commands.Outcome[Referral]:
        """End the support; the person leaves the caseload they were on."""

        async def allow(referral: Referral) -> None:
            permitted = await self._relationships.require(call, referral.service_user_id)
            if not may_close(
                call.role,
                call.caller.staff_id,
                worker_id=referral.last_worker_id,
                care_coordinators=permitted.person.coordinators,
            ):
                raise NotYoursToClose()

        def decide(referral: Referral) -> list[Write]:
            leaving = referral.close(call.actor(), call.at, outcome, summary, disengagement_plan)
            return [] if leaving is None else [leaves_caseload(leaving)]

        return await self._commands.change(call, Referral, id, decide, allow)


def _may_allocate(call: Call, referral: Referral, worker_id: str, offer: Offer) -> bool:
    return may_allocate(
        offer.policy.rules,
        call.role,
        call.caller.staff_id,
        worker_id,
        level=offer.worker.level if offer.worker else None,
        priority=referral.priority,
        accepted_by=referral.accepted_by,
    )

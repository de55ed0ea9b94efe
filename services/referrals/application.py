"""Use cases of the referrals service."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.referrals.domain import (
    AlreadyRegistered,
    NotYourCaseload,
    NotYoursToClose,
    Referral,
    ServiceUser,
    WorkerNotRegistered,
)
from services.referrals.policy import (
    DEFAULT,
    READS_CASELOADS,
    SEES_ALL,
    Relationship,
    may_close,
)
from services.referrals.projection import Referrals as ReadModel
from services.referrals.projection import joins_caseload, leaves_caseload, restriction_of
from shared.contracts.referrals import ClosureOutcome, DeclineReason, Outcome
from shared.eventstore import commands
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database, Rows
from shared.eventstore.history import history
from shared.eventstore.sql import Write
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.errors import NoRelationship, NotFound
from shared.kernel.ids import new_id
from shared.kernel.relationship import Restriction
from shared.platform.messaging import Messaging


class Referrals:
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        messaging: Messaging,
    ) -> None:
        self._store = store
        self._commands = commands
        self._messaging = messaging
        self._read = ReadModel(database)

    async def register(
        self, call: Call, nhs_number: str | None, **particulars: Any
    ) -> commands.Outcome[ServiceUser]:
        """Register a service user. Raises `AlreadyRegistered` for a known NHS number."""

        async def not_known() -> None:
            known = nhs_number and await self._read.by_nhs_number(nhs_number)
            if known:
                related = await self._is_related(call, await self._related(known["id"]))
                raise AlreadyRegistered(**({"id": known["id"]} if related else {}))

        return await self._commands.create(
            call,
            lambda: ServiceUser.register(
                call.actor(), call.at, new_id(), nhs_number=nhs_number, **particulars
            ),
            ServiceUser,
            unless=not_known,
        )

    async def service_user(self, call: Call, id: UUID) -> dict[str, Any]:
        await self._require_relationship(call, id)
        found = await self._read.service_user(id)
        assert found is not None
        return found

    async def search(self, call: Call, nhs_number: str) -> list[dict[str, Any]]:
        """Who has an NHS number, of the people the caller is related to.

        Nobody learns that someone is known whom they are not related to.
        """
        found = await self._find(call, nhs_number)
        if not found and call.role not in SEES_ALL:
            await self._messaging.catch_up("supervision")
            found = await self._find(call, nhs_number)
        return found

    async def _find(self, call: Call, nhs_number: str) -> list[dict[str, Any]]:
        known = await self._read.by_nhs_number(nhs_number)
        if known is None or not await self._is_related(call, await self._related(known["id"])):
            return []
        return [{"id": known["id"], "team_id": known["team_id"]}]

    async def restrict(
        self, call: Call, id: UUID, restriction: Restriction, reason: str
    ) -> commands.Outcome[ServiceUser]:
        """Replace who may see a record. Needs no relationship, and gives none."""

        async def allow(person: ServiceUser) -> None:
            person.may_restrict(call.actor(), restriction.named)

        return await self._commands.change(
            call,
            ServiceUser,
            id,
            lambda person: person.restrict(call.actor(), call.at, restriction, reason),
            allow,
        )

    async def restriction(self, call: Call, id: UUID) -> tuple[Restriction, int]:
        """Who may see a record, and the person's version. Not for those kept from it."""
        person = await self._read.service_user(id)
        if person is None:
            raise NotFound("No service user has this id.")
        restriction = restriction_of(person)
        if call.caller.staff_id in restriction.excluded:
            raise NoRelationship()
        return restriction, person["version"]

    async def receive(
        self, call: Call, service_user_id: UUID, **particulars: Any
    ) -> commands.Outcome[Referral]:
        person = await self._read.service_user(service_user_id)
        if person is None:
            raise NotFound("No service user has this id.")
        return await self._commands.create(
            call,
            lambda: Referral.receive(
                call.actor(),
                call.at,
                new_id(),
                service_user_id=service_user_id,
                team_id=person["team_id"],
                **particulars,
            ),
            Referral,
        )

    async def referral(self, call: Call, id: UUID) -> dict[str, Any]:
        found = await self._read.referral(id)
        if found is None:
            raise NotFound()
        await self._require_relationship(call, found["service_user_id"])
        return found

    async def history(self, call: Call, id: UUID) -> list[dict[str, Any]]:
        """Every event of a referral, oldest first."""
        await self.referral(call, id)
        return history(await self._store.bodies(id))

    async def referrals(
        self, call: Call, service_user_id: UUID | None, team_id: str | None, **rest: Any
    ) -> Rows:
        """Referrals of one person or one team that the caller is related to."""
        if service_user_id is not None:
            await self._require_relationship(call, service_user_id)
        elif call.role not in SEES_ALL:
            teams = await self._teams(call)
            team_id = team_id or (min(teams) if len(teams) == 1 else None)
            if team_id not in teams:
                raise NoRelationship("Name one of your teams, or a service user of yours.")
        reader = None if call.role in SEES_ALL else call.caller.staff_id
        return await self._read.page(
            service_user_id=service_user_id, team_id=team_id, reader=reader, **rest
        )

    async def decide(
        self,
        call: Call,
        id: UUID,
        outcome: Outcome,
        rationale: str,
        reason_code: DeclineReason | None,
    ) -> commands.Outcome[Referral]:
        return await self._commands.change(
            call,
            Referral,
            id,
            lambda r: r.decide(call.actor(), call.at, outcome, rationale, reason_code),
            allow=lambda r: self._require_relationship(call, r.service_user_id),
        )

    async def allocate(
        self, call: Call, id: UUID, worker_id: str, override_reason: str | None
    ) -> commands.Outcome[Referral]:
        """Put the person on a worker's caseload. Raises `CaseloadFull` past the limit."""

        def decide(referral: Referral) -> list[Write]:
            referral.allocate(call.actor(), call.at, worker_id, override_reason)
            return [_joins(worker_id, override_reason)]

        return await self._give(call, id, worker_id, decide)

    async def transfer(
        self, call: Call, id: UUID, worker_id: str, handover: str, override_reason: str | None
    ) -> commands.Outcome[Referral]:
        """Move the person to another caseload. Raises `CaseloadFull` past that one's limit."""

        def decide(referral: Referral) -> list[Write]:
            leaving = referral.transfer(call.actor(), call.at, worker_id, handover, override_reason)
            return [leaves_caseload(leaving), _joins(worker_id, override_reason)]

        return await self._give(call, id, worker_id, decide)

    async def _give(
        self, call: Call, id: UUID, worker_id: str, decide: Callable[[Referral], list[Write]]
    ) -> commands.Outcome[Referral]:
        """Run a command that puts someone on the caseload of a worker, who must be at work."""
        at_work = False

        async def allow(referral: Referral) -> None:
            nonlocal at_work
            await self._require_relationship(call, referral.service_user_id)
            at_work = await self._is_at_work(worker_id)
            if not at_work:
                await self._messaging.catch_up("supervision")
                at_work = await self._is_at_work(worker_id)

        def to_someone_at_work(referral: Referral) -> list[Write]:
            writes = decide(referral)
            if not at_work:
                raise WorkerNotRegistered()
            return writes

        return await self._commands.change(call, Referral, id, to_someone_at_work, allow)

    async def close(
        self, call: Call, id: UUID, outcome: ClosureOutcome, summary: str
    ) -> commands.Outcome[Referral]:
        """End the support; the person leaves the caseload they were on."""

        async def allow(referral: Referral) -> None:
            await self._require_relationship(call, referral.service_user_id)
            person = await self._related(referral.service_user_id)
            if not may_close(
                call.role,
                call.caller.staff_id,
                worker_id=referral.last_worker_id,
                care_coordinator_id=person.care_coordinator_id,
            ):
                raise NotYoursToClose()

        def decide(referral: Referral) -> list[Write]:
            leaving = referral.close(call.actor(), call.at, outcome, summary)
            return [] if leaving is None else [leaves_caseload(leaving)]

        return await self._commands.change(call, Referral, id, decide, allow)

    async def caseload(self, call: Call, worker_id: str) -> dict[str, Any]:
        """Who is on a worker's caseload, and how many more may join it.

        Restricted records that the caller isn't named for are counted and not listed.
        """
        if worker_id != call.caller.staff_id and call.role not in READS_CASELOADS:
            raise NotYourCaseload()
        if await self._read.worker(worker_id) is None:
            await self._messaging.catch_up("supervision")
            if await self._read.worker(worker_id) is None:
                raise NotFound("The workforce register has no such worker.")
        taken, items = await self._read.caseload(worker_id, call.caller.staff_id)
        limit = DEFAULT.caseload_limit
        return {
            "worker_id": worker_id,
            "open": taken,
            "limit": limit,
            "headroom": max(limit - taken, 0),
            "items": items,
        }

    async def _is_at_work(self, worker_id: str) -> bool:
        worker = await self._read.worker(worker_id)
        return worker is not None and worker["status"] != "left"

    async def _require_relationship(self, call: Call, service_user_id: UUID) -> None:
        relationship = await self._related(service_user_id)
        if await self._is_related(call, relationship):
            return
        await self._messaging.catch_up("supervision")
        if not await self._is_related(call, relationship):
            raise NoRelationship()

    async def _related(self, service_user_id: UUID) -> Relationship:
        relationship = await self._read.relationship(service_user_id)
        if relationship is None:
            raise NotFound("No service user has this id.")
        return relationship

    async def _is_related(self, call: Call, relationship: Relationship) -> bool:
        if call.role in SEES_ALL:
            return True
        return relationship.includes(call.caller.staff_id, await self._teams(call))

    async def _teams(self, call: Call) -> frozenset[str]:
        """Teams come from the workforce register where the person is in it (api, section 1)."""
        worker = await self._read.worker(call.caller.staff_id)
        return frozenset(worker["teams"]) if worker else call.caller.teams


def _joins(worker_id: str, override_reason: str | None) -> Write:
    overriding = override_reason is not None
    return joins_caseload(worker_id, DEFAULT.caseload_limit, overriding=overriding)

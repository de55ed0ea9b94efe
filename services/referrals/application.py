"""Use cases of the referrals service."""

from typing import Any
from uuid import UUID

from services.referrals.domain import (
    AlreadyRegistered,
    Referral,
    ServiceUser,
    WorkerNotRegistered,
)
from services.referrals.policy import DEFAULT, SEES_ALL, Relationship
from services.referrals.projection import NhsNumbers, joins_caseload
from services.referrals.projection import Referrals as ReadModel
from shared.contracts.referrals import DeclineReason, Outcome
from shared.eventstore import commands
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database, Rows
from shared.eventstore.documents import Documents
from shared.kernel.call import Call
from shared.kernel.errors import NoRelationship, NotFound
from shared.kernel.ids import new_id
from shared.platform.messaging import Messaging


class Referrals:
    def __init__(
        self,
        database: Database,
        commands: Commands,
        messaging: Messaging,
        documents: Documents,
        numbers: NhsNumbers,
    ) -> None:
        self._commands = commands
        self._messaging = messaging
        self._documents = documents
        self._read = ReadModel(database, numbers)

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
        return await self._documents.one(found)

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
        return await self._documents.one(found)

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
        found = await self._read.page(service_user_id=service_user_id, team_id=team_id, **rest)
        return await self._documents.shown(found)

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

        at_work = False

        async def allow(referral: Referral) -> None:
            nonlocal at_work
            await self._require_relationship(call, referral.service_user_id)
            at_work = await self._is_at_work(worker_id)
            if not at_work:
                await self._messaging.catch_up("supervision")
                at_work = await self._is_at_work(worker_id)

        def decide(referral: Referral) -> list[Any]:
            referral.allocate(call.actor(), call.at, worker_id, override_reason)
            if not at_work:
                raise WorkerNotRegistered()
            overriding = override_reason is not None
            return [joins_caseload(worker_id, DEFAULT.caseload_limit, overriding=overriding)]

        return await self._commands.change(call, Referral, id, decide, allow)

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

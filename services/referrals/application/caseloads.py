"""Use cases of caseloads: who joins one, changes worker, and leaves."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.referrals.domain import (
    NotYourCaseload,
    NotYoursToClose,
    Referral,
    WorkerNotRegistered,
)
from services.referrals.policy import DEFAULT, may_close
from services.referrals.projection import Caseloads as ReadModel
from services.referrals.projection import joins_caseload, leaves_caseload
from shared.contracts.referrals import ClosureOutcome
from shared.eventstore import commands
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.eventstore.sql import Write
from shared.kernel.call import Call
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Relationships


class Caseloads:
    def __init__(
        self, database: Database, commands: Commands, relationships: Relationships
    ) -> None:
        self._commands = commands
        self._relationships = relationships
        self._caseloads = ReadModel(database)

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
            await self._relationships.require(call, referral.service_user_id)
            at_work = await self._relationships.at_work(worker_id)

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
            permitted = await self._relationships.require(call, referral.service_user_id)
            if not may_close(
                call.role,
                call.caller.staff_id,
                worker_id=referral.last_worker_id,
                care_coordinators=permitted.person.coordinators,
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
        grant = Grant("own")
        if worker_id == call.caller.staff_id:
            if not (await self._relationships.facts(call)).staff.at_work:
                raise NotYourCaseload()
        else:
            if "team" not in call.bases:
                raise NotYourCaseload()
            await self._relationships.require_colleague(call, worker_id)
            grant = Grant("team")
        taken, items = await self._caseloads.caseload(worker_id, call.caller.staff_id)
        whose = tuple(sorted({item["service_user_id"] for item in items}))
        await self._relationships.shown(
            call, grant, Shown(whose, f"caseload/{worker_id}", len(items))
        )
        limit = DEFAULT.rules.caseload_limit
        return {
            "worker_id": worker_id,
            "open": taken,
            "limit": limit,
            "headroom": max(limit - taken, 0),
            "items": items,
        }


def _joins(worker_id: str, override_reason: str | None) -> Write:
    overriding = override_reason is not None
    return joins_caseload(worker_id, DEFAULT.rules.caseload_limit, overriding=overriding)

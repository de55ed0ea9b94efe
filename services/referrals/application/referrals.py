"""Use cases of referrals and of the caseloads they lead to."""

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
from services.referrals.projection import (
    Caseloads,
    ServiceUsers,
    joins_caseload,
    leaves_caseload,
)
from services.referrals.projection import Referrals as ReadModel
from shared.contracts.referrals import ClosureOutcome, DeclineReason, Outcome
from shared.eventstore import commands
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents
from shared.eventstore.listing import Slice
from shared.eventstore.sql import Write
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_id
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Permitted, Relationships


class Referrals:
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        relationships: Relationships,
        documents: Documents,
    ) -> None:
        self._store = store
        self._commands = commands
        self._relationships = relationships
        self._documents = documents
        self._read = ReadModel(database)
        self._people = ServiceUsers(database)
        self._caseloads = Caseloads(database)

    async def receive(
        self, call: Call, service_user_id: UUID, **particulars: Any
    ) -> commands.Outcome[Referral]:
        person = await self._people.service_user(service_user_id)
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
        found, permitted = await self._found(call, id)
        found = await self._documents.one(found)
        await self._show(call, permitted, found)
        return found

    async def history(self, call: Call, id: UUID) -> list[dict[str, Any]]:
        """Every event of a referral, oldest first."""
        found, permitted = await self._found(call, id)
        entries = await self._store.history(id)
        await self._show(call, permitted, found, len(entries))
        return entries

    async def referrals(
        self, call: Call, service_user_id: UUID | None, team_id: str | None, **rest: Any
    ) -> Slice:
        """Referrals of one person or one team that the caller is related to.

        A team's list leaves out restricted people, but for the staff named for them.
        """
        seen_by = None
        if service_user_id is not None:
            grant = (await self._relationships.require(call, service_user_id)).grant
        elif "system" in call.bases:
            grant = Grant("system")
        else:
            team_id, grant = await self._relationships.team(call, team_id)
            seen_by = call.caller.staff_id
        found = await self._read.page(
            service_user_id=service_user_id, team_id=team_id, seen_by=seen_by, **rest
        )
        found = await self._documents.shown(found)
        shown = Shown.listed(found, team_id, service_user_id)
        await self._relationships.shown(call, grant, shown)
        return found

    async def _found(self, call: Call, id: UUID) -> tuple[dict[str, Any], Permitted]:
        found = await self._read.referral(id)
        if found is None:
            raise NotFound()
        return found, await self._relationships.require(
            call, found["service_user_id"], resource=f"referral/{id}"
        )

    async def _show(
        self, call: Call, permitted: Permitted, found: dict[str, Any], returned: int = 1
    ) -> None:
        whose, resource = (found["service_user_id"],), f"referral/{found['id']}"
        shown = Shown(whose, resource, returned, found["team_id"])
        await self._relationships.shown(call, permitted.grant, shown)

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
            allow=lambda referral: self._require(call, referral),
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
            await self._require(call, referral)
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
                care_coordinator_id=permitted.person.care_coordinator_id,
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

    async def _require(self, call: Call, referral: Referral) -> None:
        await self._relationships.require(call, referral.service_user_id)


def _joins(worker_id: str, override_reason: str | None) -> Write:
    overriding = override_reason is not None
    return joins_caseload(worker_id, DEFAULT.rules.caseload_limit, overriding=overriding)

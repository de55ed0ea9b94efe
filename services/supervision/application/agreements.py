"""Use cases of agreements: agree, accept, end."""

from datetime import date
from uuid import UUID

from services.supervision import policy
from services.supervision.application.colleagues import Colleagues
from services.supervision.application.participants import Participants
from services.supervision.domain import (
    Agreement,
    AgreementEnded,
    AlreadyAgreed,
    NotTheirTeam,
    NotYourTeam,
    WorkerNotRegistered,
    refuse_terms,
)
from services.supervision.projection import Agreements as ReadModel
from services.supervision.projection import Register, Rules
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.errors import VersionChanged
from shared.kernel.ids import new_id
from shared.platform.relationships import Relationships


class Agreements:
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        relationships: Relationships,
        colleagues: Colleagues,
    ) -> None:
        self._store = store
        self._commands = commands
        self._colleagues = colleagues
        self._participants = Participants(relationships)
        self._register = Register(database)
        self._rules = Rules(database)
        self._read = ReadModel(database)

    async def agree(
        self,
        call: Call,
        worker_id: str,
        supervisor_id: str,
        kind: str,
        interval_weeks: int | None,
        starts_on: date | None,
        team_id: str | None,
        purpose: str,
        further_limits: str | None,
    ) -> Outcome[Agreement]:
        """One that is in force between the same two, of this kind, ends: this takes its place.

        Raises `NotYourTeam`, `WorkerNotRegistered` with the `staff_ids` of whom the register
        doesn't have at work, `NotTheirTeam`, and what the team's policy has no room for."""
        worker = await self._colleagues.of(call, worker_id)
        if worker.at_work and not worker.ties:
            raise NotYourTeam(staff_id=worker_id)
        missing = {worker_id} - ({worker_id} if worker.at_work else set())
        if supervisor_id != call.caller.staff_id:
            missing |= {supervisor_id} - await self._register.at_work({supervisor_id})
        team = worker.team_for(team_id)
        terms = await self._rules.of(team, call.at)

        async def as_policy_has_it() -> None:
            if missing:
                raise WorkerNotRegistered(staff_ids=sorted(missing))
            if team not in worker.teams:
                raise NotTheirTeam(teams=[*worker.teams])
            refuse_terms(terms.rules, kind, interval_weeks)

        in_force = await self._read.in_force(worker_id, supervisor_id, kind)
        before = await self._store.load(Agreement, in_force) if in_force else None

        def ending(made: Agreement) -> list[Agreement]:
            if before is None:
                return []
            before.give_way(call.actor(), call.at, made)
            return [before]

        try:
            return await self._commands.create(
                call,
                lambda: Agreement.agree(
                    call.actor(),
                    call.at,
                    new_id(),
                    worker_id=worker_id,
                    supervisor_id=supervisor_id,
                    team_id=team,
                    kind=kind,
                    interval_weeks=interval_weeks,
                    starts_on=starts_on or local_day(call.at),
                    limits=policy.LIMITS,
                    policy_version=terms.policy_version,
                    purpose=purpose,
                    further_limits=further_limits,
                ),
                Agreement,
                unless=as_policy_has_it,
                beside=ending,
            )
        except (VersionChanged, AgreementEnded):
            # Somebody else has just ended it: after it was looked up, or after it was read.
            raise AlreadyAgreed() from None

    async def accept(self, call: Call, id: UUID) -> Outcome[Agreement]:
        """The worker agrees, or the supervisor whom somebody else named."""

        async def allow(agreement: Agreement) -> None:
            await self._participants.party(call, agreement)

        return await self._commands.change(
            call, Agreement, id, lambda agreement: agreement.accept(call.actor(), call.at), allow
        )

    async def end(self, call: Call, id: UUID, reason: str) -> Outcome[Agreement]:
        """The supervisor ends it, or a manager of the worker. Today: what was due before stays
        due. One that is to begin yet ends on its first day."""

        async def allow(agreement: Agreement) -> None:
            worker = await self._colleagues.of(
                call, agreement.worker_id, frozenset({agreement.team})
            )
            manages = not call.bases.isdisjoint(worker.ties_in(agreement.team))
            if call.caller.staff_id == agreement.worker_id or not manages:
                await self._participants.require_supervisor(call, agreement)

        def decide(agreement: Agreement) -> None:
            last = max(local_day(call.at), agreement.starts_on)
            agreement.end(call.actor(), call.at, last, reason)

        return await self._commands.change(call, Agreement, id, decide, allow)

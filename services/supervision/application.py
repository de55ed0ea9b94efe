"""Use cases of supervision, the workforce register and duty."""

from datetime import datetime
from typing import Any

from services.supervision.domain import (
    Duty,
    NotYourTeam,
    OwnEntry,
    Shifts,
    Worker,
    WorkerNotRegistered,
)
from services.supervision.projection import Register, rota
from shared.contracts.supervision import WorkerDetails
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.listing import Slice
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.errors import NotFound, VersionChanged
from shared.kernel.ids import named_id


class Supervision:
    def __init__(self, database: Database, store: PostgresEventStore, commands: Commands) -> None:
        self._store = store
        self._commands = commands
        self._register = Register(database)

    async def put_worker(
        self, call: Call, staff_id: str, details: WorkerDetails
    ) -> tuple[Outcome[Worker], bool]:
        """Register a worker, or replace their entry. Also tells whether they were new."""
        stream_id = named_id("worker", staff_id)

        async def allow(worker: Worker) -> None:
            worker.refuse_own_ties(call.actor(), details)
            moved = worker.teams_concerned(details)
            if "team" in call.bases and moved and not moved & await self._teams(call):
                raise NotYourTeam()

        if await self._store.bodies(stream_id):
            changed = await self._commands.change(
                call,
                Worker,
                stream_id,
                lambda worker: worker.update(call.actor(), call.at, details),
                allow,
            )
            return changed, False
        if staff_id == call.caller.staff_id and (
            details.registrations or not call.caller.teams.issuperset(details.teams)
        ):
            raise OwnEntry()
        if call.if_match is not None:
            raise VersionChanged("There is no such worker yet, so no version to match.")
        created = await self._commands.create(
            call, lambda: Worker.register(call.actor(), call.at, staff_id, details), Worker
        )
        return created, True

    async def worker(self, staff_id: str) -> dict[str, Any]:
        found = await self._register.one(staff_id)
        if found is None:
            raise NotFound()
        return found

    async def workers(self, team_id: str | None, after: str, limit: int) -> Slice:
        return await self._register.page(team_id, after, limit)

    async def put_duty(
        self, call: Call, team_id: str, shifts: Shifts
    ) -> tuple[Outcome[Duty], bool]:
        """Set up a team's rota, or replace it. Also tells whether it is the first.

        Raises `NotYourTeam`, and `WorkerNotRegistered` with the `staff_ids` of whom the register
        doesn't have at work.
        """
        if team_id not in await self._teams(call):
            raise NotYourTeam()
        stream_id = named_id("duty", team_id)
        on_rota = {shift.staff_id for shift in shifts}
        missing = sorted(on_rota - await self._register.at_work(on_rota))

        def of_those_at_work() -> None:
            if missing:
                raise WorkerNotRegistered(staff_ids=missing)

        def decide(duty: Duty) -> None:
            of_those_at_work()
            duty.assign(call.actor(), call.at, shifts)

        def set_up() -> Duty:
            of_those_at_work()
            return Duty.set_up(call.actor(), call.at, team_id, shifts)

        if await self._store.bodies(stream_id):
            return await self._commands.change(call, Duty, stream_id, decide), False
        if call.if_match is not None:
            raise VersionChanged("This team has no rota yet, so no version to match.")
        return await self._commands.create(call, set_up, Duty), True

    async def duty(self, call: Call, team_id: str, at: datetime | None) -> dict[str, Any]:
        """Shifts of a team that end after a moment, or after now, and who is on duty then."""
        found = await self._register.duty(team_id)
        if found is None:
            raise NotFound("This team has no rota.")
        version, shifts = found
        moment = at or call.at
        left = tuple(shift for shift in shifts if shift.ends_at > moment)
        return rota(team_id, version, left, moment)

    async def _teams(self, call: Call) -> frozenset[str]:
        """Teams come from the workforce register where the person is in it (api, section 1)."""
        worker = await self._register.one(call.caller.staff_id)
        if worker is None:
            return call.caller.teams
        entry = worker["document"]
        return frozenset() if entry["status"] == "left" else frozenset(entry["teams"])

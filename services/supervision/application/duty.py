"""Use cases of duty: a team's rota."""

from datetime import datetime
from typing import Any

from services.supervision.domain import Duty, NotYourTeam, Shifts, WorkerNotRegistered
from services.supervision.projection import Register, Rotas, rota
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.errors import NotFound, VersionChanged
from shared.kernel.ids import named_id


class Duties:
    def __init__(self, database: Database, store: PostgresEventStore, commands: Commands) -> None:
        self._store = store
        self._commands = commands
        self._register = Register(database)
        self._rotas = Rotas(database)

    async def put(self, call: Call, team_id: str, shifts: Shifts) -> tuple[Outcome[Duty], bool]:
        """Set up a team's rota, or replace it. Also tells whether it is the first.

        Raises `NotYourTeam`, and `WorkerNotRegistered` with the `staff_ids` of whom the register
        doesn't have at work.
        """
        if team_id not in await self._register.teams_of(call.caller):
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

        if await self._store.has(stream_id):
            return await self._commands.change(call, Duty, stream_id, decide), False
        if call.if_match is not None:
            raise VersionChanged("This team has no rota yet, so no version to match.")
        return await self._commands.create(call, set_up, Duty), True

    async def at(self, call: Call, team_id: str, at: datetime | None) -> dict[str, Any]:
        """Shifts of a team that end after a moment, or after now, and who is on duty then."""
        found = await self._rotas.of(team_id)
        if found is None:
            raise NotFound("This team has no rota.")
        version, shifts = found
        moment = at or call.at
        left = tuple(shift for shift in shifts if shift.ends_at > moment)
        return rota(team_id, version, left, moment)

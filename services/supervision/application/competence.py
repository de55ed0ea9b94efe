"""Use cases of training and competence, which notes goes by (domain, sections 3 and 5)."""

from collections.abc import Callable
from datetime import date

from services.supervision import policy
from services.supervision.domain import NotRegistered, NotYourTeam, Worker
from services.supervision.projection import Register
from shared.contracts.supervision import Award
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.kernel.actor import Actor
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.ids import named_id
from shared.kernel.times import refuse_future_day


class Competence:
    def __init__(self, database: Database, commands: Commands) -> None:
        self._commands = commands
        self._register = Register(database)

    async def record_training(
        self,
        call: Call,
        staff_id: str,
        *,
        course: str,
        completed_on: date,
        expires_on: date | None,
        evidence: str,
        award: Award = "course",
        awarded_by: str | None = None,
    ) -> Outcome[Worker]:
        """Raises `Malformed` for what hasn't happened yet, `OwnEntry`, `NotYourTeam`."""
        refuse_future_day(completed_on, local_day(call.at), "completed_on")
        return await self._change(
            call,
            staff_id,
            lambda worker, by: worker.record_training(
                by, call.at, course, completed_on, expires_on, evidence, award, awarded_by
            ),
        )

    async def withdraw_training(
        self, call: Call, staff_id: str, course: str, reason: str
    ) -> Outcome[Worker]:
        """Raises `OwnEntry`, `NotYourTeam`, `TrainingNotRecorded`."""
        return await self._change(
            call,
            staff_id,
            lambda worker, by: worker.withdraw_training(by, call.at, course, reason),
        )

    async def sign_off(
        self,
        call: Call,
        staff_id: str,
        *,
        activity: str,
        assessed_on: date,
        review_due: date,
        basis: str,
    ) -> Outcome[Worker]:
        """Raises `Malformed` for what hasn't happened yet, `OwnEntry`, `NotRegistered`,
        `NotYourTeam`."""
        refuse_future_day(assessed_on, local_day(call.at), "assessed_on")
        return await self._change(
            call,
            staff_id,
            lambda worker, by: worker.sign_off(
                by, call.at, activity, assessed_on, review_due, basis
            ),
        )

    async def revoke(
        self, call: Call, staff_id: str, activity: str, reason: str
    ) -> Outcome[Worker]:
        """Raises as `sign_off` does, and `CompetenceNotInForce`."""
        return await self._change(
            call, staff_id, lambda worker, by: worker.revoke(by, call.at, activity, reason)
        )

    async def _change(
        self, call: Call, staff_id: str, decide: Callable[[Worker, Actor], None]
    ) -> Outcome[Worker]:
        """A command by someone of the worker's team; a practitioner is a registered one."""
        caller = call.caller
        registration = await self._register.registration(caller.staff_id, local_day(call.at))
        by = call.actor(registration)

        async def allow(worker: Worker) -> None:
            worker.refuse_own(by)
            if registration is None and call.role in policy.PRACTITIONERS:
                raise NotRegistered()
            if not worker.teams & await self._register.teams_of(caller):
                raise NotYourTeam()

        return await self._commands.change(
            call, Worker, named_id("worker", staff_id), lambda worker: decide(worker, by), allow
        )

"""Use cases of development plans: to agree on one, and to go on with it (HB 5.22)."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.supervision.application.colleagues import Colleague, Colleagues
from services.supervision.application.development.circle import WHOSE, Circle
from services.supervision.domain import (
    DevelopmentPlan,
    NotTheirTeam,
    NotYours,
    WorkerNotRegistered,
)
from services.supervision.projection import DevelopmentPlans, Framework, plan_document
from shared.contracts.supervision import Objective, ObjectiveStatus, PlanReview
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.kernel.actor import Actor
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.errors import Malformed, NotFound
from shared.kernel.ids import new_id
from shared.kernel.times import refuse_past_day
from shared.platform.relationships import Relationships

Json = dict[str, Any]
Plan = tuple[Outcome[DevelopmentPlan], Json]
"""What a command left behind, and its document with what other records add."""


class Agreeing:
    def __init__(
        self,
        database: Database,
        commands: Commands,
        relationships: Relationships,
        colleagues: Colleagues,
    ) -> None:
        self._commands = commands
        self._colleagues = colleagues
        self._read = DevelopmentPlans(database)
        self._circle = Circle(self._read, relationships)

    async def agree(
        self,
        call: Call,
        worker_id: str,
        team_id: str | None,
        review_on: date,
        objectives: Sequence[Json],
    ) -> Plan:
        """Agree on a plan with a worker at work. Raises `NotYours`, `WorkerNotRegistered`,
        `NotTheirTeam`, `PlanInForce`, and `Malformed` for an agreement that isn't the
        worker's."""
        today = local_day(call.at)
        refuse_past_day(review_on, today, "review_on")
        for number, each in enumerate(objectives):
            refuse_past_day(each["by"], today, f"objectives/{number}/by")
        worker = await self._colleagues.of(call, worker_id)
        if worker.at_work:
            await self._refuse_outsider(call, worker_id, worker)
        framework = await self._read.framework(worker_id)
        aims = tuple(
            _aim(each, framework, f"objectives/{number}/") for number, each in enumerate(objectives)
        )
        team = worker.team_for(team_id)

        async def is_at_work() -> None:
            if not worker.at_work:
                raise WorkerNotRegistered(staff_ids=[worker_id])
            if team not in worker.teams:
                raise NotTheirTeam(teams=[*worker.teams])

        outcome = await self._commands.create(
            call,
            lambda: DevelopmentPlan.agree(
                call.actor(),
                call.at,
                new_id(),
                worker_id=worker_id,
                team_id=team,
                review_on=review_on,
                objectives=aims,
            ),
            DevelopmentPlan,
            unless=is_at_work,
        )
        return _drawn(call, outcome, framework)

    async def add_objective(self, call: Call, id: UUID, objective: Json) -> Plan:
        """Raises `Malformed` as `agree` does, `NotYours`, `PlanEnded`."""
        refuse_past_day(objective["by"], local_day(call.at), "by")

        def decide(plan: DevelopmentPlan, by: Actor, framework: Framework) -> None:
            plan.add_objective(by, call.at, _aim(objective, framework))

        return await self._change(call, id, decide)

    async def record_progress(
        self, call: Call, id: UUID, objective_id: UUID, status: ObjectiveStatus, progress: str
    ) -> Plan:
        """Raises `NotFound` for an objective that isn't of this plan, `NotYours`, `PlanEnded`."""

        def decide(plan: DevelopmentPlan, by: Actor, _: Framework) -> None:
            plan.record_progress(by, call.at, objective_id, status, progress)

        return await self._change(call, id, decide, objective_id)

    async def review(
        self, call: Call, id: UUID, outcome: PlanReview, review_on: date | None, findings: str
    ) -> Plan:
        """Raises `Malformed` for a day that is over, `NotYours`, `PlanEnded`."""
        refuse_past_day(review_on, local_day(call.at), "review_on")

        def decide(plan: DevelopmentPlan, by: Actor, _: Framework) -> None:
            plan.review(by, call.at, outcome, review_on, findings)

        return await self._change(call, id, decide)

    async def _change(
        self,
        call: Call,
        id: UUID,
        decide: Callable[[DevelopmentPlan, Actor, Framework], None],
        objective_id: UUID | None = None,
    ) -> Plan:
        """A command by someone who takes part in the plan."""
        framework = Framework()

        async def allow(plan: DevelopmentPlan) -> None:
            nonlocal framework
            if objective_id and not plan.destroyed and not plan.has(objective_id):
                raise NotFound("This plan has no such objective.")
            if not await self._circle.has(call, plan.worker_id):
                raise NotYours(WHOSE, staff_id=plan.worker_id)
            framework = await self._read.framework(plan.worker_id)

        outcome = await self._commands.change(
            call, DevelopmentPlan, id, lambda plan: decide(plan, call.actor(), framework), allow
        )
        return _drawn(call, outcome, framework)

    async def _refuse_outsider(self, call: Call, worker_id: str, worker: Colleague) -> None:
        """Anybody but those who take part, and a manager of a team of the worker's."""
        manages = call.role == "team_manager" and worker.shared
        if not manages and not await self._circle.has(call, worker_id):
            raise NotYours(WHOSE, staff_id=worker_id)


def _aim(objective: Json, framework: Framework, where: str = "") -> Objective:
    """An objective as it is agreed. Raises `Malformed` for an agreement that isn't the worker's."""
    if not framework.agreements.keys() >= {*objective["agreement_ids"]}:
        pointer = f"#/{where}agreement_ids"
        raise Malformed("agreement_ids are not all of this worker's agreements", pointer)
    return Objective(id=new_id(), **objective)


def _drawn(call: Call, outcome: Outcome[DevelopmentPlan], framework: Framework) -> Plan:
    return outcome, framework.drawn_into(plan_document(outcome.aggregate), local_day(call.at))

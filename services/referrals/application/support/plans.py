"""Use cases of plans, whose goals come with them."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from services.referrals.application.support.keeping import Keeping
from services.referrals.domain import Goal, Plan
from services.referrals.projection import PLANS, GoalRows, KeptRows, kept_document
from shared.contracts.referrals import PlanReview
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.ids import new_id
from shared.kernel.times import refuse_future_day, refuse_past_review
from shared.platform.relationships import Relationships

Json = dict[str, Any]


class Plans(Keeping[Plan]):
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        relationships: Relationships,
        documents: Documents,
    ) -> None:
        super().__init__(Plan, KeptRows(database, PLANS), store, commands, relationships, documents)
        self._goals = GoalRows(database)

    async def register(
        self, call: Call, service_user_id: UUID, particulars: Json, goals: Sequence[Json]
    ) -> tuple[Outcome[Plan], Json]:
        """Register a plan, and set its goals in the same transaction."""
        # In order, so that goals of one moment are shown as they were given.
        ids = sorted(new_id() for _ in goals)

        def set_goals(plan: Plan) -> list[Goal]:
            return [
                Goal.record(
                    plan.recorded_by,
                    call.at,
                    goal_id,
                    service_user_id=plan.service_user_id,
                    team_id=plan.team,
                    plan_id=plan.id,
                    **each,
                )
                for goal_id, each in zip(ids, goals, strict=True)
            ]

        made = await self.record(call, service_user_id, particulars, set_goals)
        return made, await self._with_goals(made.aggregate)

    async def review(
        self,
        call: Call,
        service_user_id: UUID,
        id: UUID,
        outcome: PlanReview,
        changes: Json,
        findings: str | None,
    ) -> tuple[Outcome[Plan], Json]:
        """Go on with it, change it, or end it: today or on a day before."""
        refuse_past_review(changes.get("review_due"), local_day(call.at))
        if outcome == "ended":
            refuse_future_day(changes.get("valid_to"), local_day(call.at), "valid_to")
        reviewed = await self.change(
            call,
            service_user_id,
            id,
            lambda plan, by: plan.review(by, call.at, outcome, changes, findings),
        )
        return reviewed, await self._with_goals(reviewed.aggregate)

    async def _told(self, call: Call, row: Json) -> Json:
        opened = await super()._told(call, row)
        found = await self._goals.of_plan(row["id"], row["service_user_id"], call.at)
        goals = await self._documents.shown(found)
        document = {
            **from_json(opened["document"]),
            "goals": [from_json(each["document"]) for each in goals.rows],
        }
        return {**opened, "document": document}

    async def _with_goals(self, plan: Plan) -> Json:
        """A plan as a command left it, its goals as they were then: also when it is answered to
        the same request again."""
        then = plan.modified_on
        rows = (await self._goals.of_plan(plan.id, plan.service_user_id, then)).rows
        goals = await asyncio.gather(
            *(self._store.load(Goal, row["id"], as_of=then) for row in rows)
        )
        return {**kept_document(plan), "goals": [kept_document(each) for each in goals]}

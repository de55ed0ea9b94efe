"""A worker's personal development plan, in which their supervision is drawn together (HB 5.22)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, Self
from uuid import UUID

from eventsourcing.domain import event

from services.supervision.domain.confidential import AboutWorker
from services.supervision.domain.refusals import PlanEnded
from shared.contracts.supervision import (
    DevelopmentObjectiveAdded,
    DevelopmentPlanAgreed,
    DevelopmentPlanReviewed,
    DevelopmentProgressRecorded,
    Objective,
    ObjectiveStatus,
    PlanReview,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate

PlanStatus = Literal["current", "ended"]


class DevelopmentPlan(AboutWorker):
    """What the worker wants to reach. It goes on from review to review until one ends it."""

    kind = "development-plan"

    class Agreed(DevelopmentPlanAgreed, Aggregate.Created):
        pass

    class ObjectiveAdded(DevelopmentObjectiveAdded, Aggregate.Event):
        pass

    class ProgressRecorded(DevelopmentProgressRecorded, Aggregate.Event):
        pass

    class Reviewed(DevelopmentPlanReviewed, Aggregate.Event):
        pass

    @classmethod
    def agree(cls, by: Actor, at: datetime, id: UUID, **facts: Any) -> Self:
        agreed: Self = cls.begin(cls.Agreed, id=id, at=at, actor=by, **facts)
        return agreed

    def add_objective(self, by: Actor, at: datetime, objective: Objective) -> None:
        self._refuse_if_ended()
        self._objective_added(actor=by, timestamp=at, objective=objective)

    def record_progress(
        self, by: Actor, at: datetime, objective_id: UUID, status: ObjectiveStatus, progress: str
    ) -> None:
        """How far an objective has come. One that was met or dropped may be open again."""
        self._refuse_if_ended()
        self._progressed(
            actor=by, timestamp=at, objective_id=objective_id, status=status, progress=progress
        )

    def review(
        self, by: Actor, at: datetime, outcome: PlanReview, review_on: date | None, findings: str
    ) -> None:
        self._refuse_if_ended()
        self._reviewed(
            actor=by, timestamp=at, outcome=outcome, review_on=review_on, findings=findings
        )

    def has(self, objective_id: UUID) -> bool:
        return any(each.id == objective_id for each in self.objectives)

    @property
    def status(self) -> PlanStatus:
        ended = any(each["outcome"] == "ended" for each in self.reviews)
        return "ended" if ended else "current"

    def _refuse_if_ended(self) -> None:
        if self.status == "ended":
            raise PlanEnded()

    @event(Agreed)
    def __init__(
        self,
        actor: Actor,
        worker_id: str,
        team_id: str,
        review_on: date,
        objectives: Sequence[Objective] | None,
    ) -> None:
        self.agreed_by = actor
        self.worker_id, self.team = worker_id, team_id
        self.review_on: date | None = review_on
        # None where they were destroyed: progress is kept beside them, and still applies.
        self.objectives: list[Objective] = list(objectives or ())
        self.progress: dict[UUID, list[dict[str, Any]]] = {}
        self.reviews: list[dict[str, Any]] = []

    @event(ObjectiveAdded)
    def _objective_added(
        self, actor: Actor, timestamp: datetime, objective: Objective | None
    ) -> None:
        if objective is not None:
            self.objectives.append(objective)

    @event(ProgressRecorded)
    def _progressed(
        self,
        actor: Actor,
        timestamp: datetime,
        objective_id: UUID,
        status: ObjectiveStatus,
        progress: str,
    ) -> None:
        said = {"status": status, "progress": progress, "by": actor, "at": timestamp}
        self.progress.setdefault(objective_id, []).append(said)

    @event(Reviewed)
    def _reviewed(
        self,
        actor: Actor,
        timestamp: datetime,
        outcome: PlanReview,
        review_on: date | None,
        findings: str,
    ) -> None:
        self.review_on = review_on
        self.reviews.append(
            {
                "outcome": outcome,
                "review_on": review_on,
                "findings": findings,
                "by": actor,
                "at": timestamp,
            }
        )

"""A visit alert: what a lone worker must know before a visit."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from eventsourcing.domain import event

from services.referrals.domain.refusals import AlertEnded
from services.referrals.domain.support.kept import Kept
from shared.contracts.referrals import AlertReview, VisitAlertReviewed, VisitAlertSet, VisitRisk
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class VisitAlert(Kept):
    """In force until a review ends it; that a review is overdue doesn't."""

    kind = "visit-alert"

    class Set(VisitAlertSet, Aggregate.Created):
        pass

    class Reviewed(VisitAlertReviewed, Aggregate.Event):
        pass

    begins = Set

    def review(
        self,
        by: Actor,
        at: datetime,
        outcome: AlertReview,
        review_due: date | None,
        instructions: str | None,
        findings: str | None,
    ) -> None:
        """Keep it until another day, with other `instructions` if there are any; or end it."""
        if self.ended:
            raise AlertEnded()
        self._reviewed(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            outcome=outcome,
            review_due=review_due,
            instructions=instructions or self.instructions,
            findings=findings,
        )

    @event(Set)
    def __init__(
        self,
        actor: Actor,
        service_user_id: UUID,
        team_id: str,
        review_due: date,
        risk: VisitRisk,
        instructions: str,
    ) -> None:
        self.recorded_by = actor
        self.service_user_id = service_user_id
        self.team = team_id
        self.review_due: date | None = review_due
        self.risk = risk
        self.instructions = instructions
        self.reviews: list[dict[str, Any]] = []

    @event(Reviewed)
    def _reviewed(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        outcome: AlertReview,
        review_due: date | None,
        instructions: str,
        findings: str | None,
    ) -> None:
        self.review_due = review_due
        self.instructions = instructions
        self.reviews.append(
            {"outcome": outcome, "findings": findings, "by": actor, "at": timestamp}
        )

    @property
    def ended(self) -> bool:
        return any(each["outcome"] == "ended" for each in self.reviews)

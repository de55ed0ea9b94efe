"""Requests and responses of visit alerts."""

from datetime import date, datetime
from typing import Self

from pydantic import model_validator

from services.referrals.schemas.support.kept import KeptRequest, KeptView
from shared.contracts.referrals import AlertReview, VisitRisk
from shared.contracts.vocabulary import Paragraph
from shared.platform.http import ActorView, Day, ResponseModel


class VisitAlertRequest(KeptRequest):
    """What a lone worker must know before a visit, and when it is looked at again."""

    risk: VisitRisk
    instructions: Paragraph
    review_due: Day


class AlertReviewRequest(KeptRequest):
    """Kept until another review, with other instructions if they changed; or ended."""

    outcome: AlertReview
    review_due: Day | None = None
    instructions: Paragraph | None = None
    findings: Paragraph | None = None

    @model_validator(mode="after")
    def _is_reviewed_again_if_kept(self) -> Self:
        if (self.outcome == "kept") != (self.review_due is not None):
            raise ValueError("an alert that is kept has a review_due, and one that ends has none")
        if self.outcome == "ended" and self.instructions is not None:
            raise ValueError("an alert that ends has no other instructions")
        return self


class AlertReviewView(ResponseModel):
    outcome: AlertReview
    findings: str | None
    by: ActorView
    at: datetime


class VisitAlertView(KeptView):
    """In force until it is `ended`, also when its review is overdue."""

    risk: VisitRisk | None
    instructions: str | None
    review_due: date | None
    review_overdue: bool
    ended: bool
    reviews: list[AlertReviewView]

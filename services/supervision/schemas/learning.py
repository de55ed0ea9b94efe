"""Requests and responses of training and competence."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from services.supervision.policy import (
    EARLIEST,
    MOST_YEARS,
    REVIEWED_WITHIN_YEARS,
    years_after,
)
from shared.contracts.supervision import Award
from shared.contracts.vocabulary import Line, Paragraph
from shared.platform.http import (
    ActorView,
    Day,
    RequestModel,
    ResponseModel,
)

Slug = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[a-z][a-z0-9_-]*$")]
"""A course or an activity, by the name that the trust gave it. In lower case, so that two people
mean the same by it."""
Done = Annotated[Day, Field(ge=EARLIEST)]
"""The day of what was done."""


class TrainingRequest(RequestModel):
    course: Slug
    completed_on: Done
    expires_on: Day | None = None
    evidence: Paragraph
    award: Award = "course"
    awarded_by: Line | None = None

    @model_validator(mode="after")
    def _expires_after_it(self) -> Self:
        if self.expires_on is not None and self.expires_on <= self.completed_on:
            raise ValueError("expires_on is not after completed_on")
        return self

    def facts(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in type(self).model_fields}


class CompetenceRequest(RequestModel):
    """Without `review_due`, it is due a year after the assessment."""

    activity: Slug
    assessed_on: Done
    basis: Paragraph
    review_due: Day | None = None

    @model_validator(mode="after")
    def _is_reviewed_in_time(self) -> Self:
        if not self.assessed_on < self._due() <= years_after(self.assessed_on, MOST_YEARS):
            raise ValueError(f"review is due after the assessment, within {MOST_YEARS} years")
        return self

    def _due(self) -> date:
        return self.review_due or years_after(self.assessed_on, REVIEWED_WITHIN_YEARS)

    def facts(self) -> dict[str, Any]:
        return {
            "activity": self.activity,
            "assessed_on": self.assessed_on,
            "review_due": self._due(),
            "basis": self.basis,
        }


class RevocationRequest(RequestModel):
    reason: Paragraph


class WithdrawalRequest(RequestModel):
    reason: Paragraph


class RevokedView(ResponseModel):
    reason: str | None
    by: ActorView
    at: datetime


class TrainingView(ResponseModel):
    """`withdrawn`: it was recorded in error, and doesn't count."""

    course: str
    award: Award
    awarded_by: str | None
    completed_on: date
    expires_on: date | None
    evidence: str | None
    recorded_by: ActorView
    recorded_at: datetime
    withdrawn: RevokedView | None


class CompetenceView(ResponseModel):
    activity: str
    assessed_on: date
    review_due: date
    basis: str | None
    signed_off_by: ActorView
    signed_off_at: datetime
    revoked: RevokedView | None

"""Requests and responses of development plans."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.supervision.domain import PlanStatus
from services.supervision.schemas.learning import Slug
from shared.contracts.supervision import ObjectiveStatus, PlanReview
from shared.contracts.vocabulary import Paragraph
from shared.platform.http import (
    ActorView,
    ContentState,
    Day,
    Name,
    RequestModel,
    ResponseModel,
)


class ObjectiveRequest(RequestModel):
    """What the worker wants to reach; by which courses, and with whose supervision."""

    objective: Paragraph
    by: Day | None = None
    courses: Annotated[tuple[Slug, ...], Field(max_length=20)] = ()
    agreement_ids: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()

    def said(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in type(self).model_fields}


class DevelopmentPlanRequest(RequestModel):
    """Without `team_id`, of a team that you share with the worker, or else the worker's first."""

    worker_id: Name
    team_id: Name | None = None
    review_on: Day
    objectives: Annotated[tuple[ObjectiveRequest, ...], Field(min_length=1, max_length=30)]


class ObjectiveProgressRequest(RequestModel):
    status: ObjectiveStatus
    progress: Paragraph


class PlanReviewRequest(RequestModel):
    """What goes on is reviewed again, on `review_on`."""

    outcome: PlanReview
    review_on: Day | None = None
    findings: Paragraph

    @model_validator(mode="after")
    def _is_reviewed_while_it_goes_on(self) -> Self:
        if (self.outcome == "continues") != (self.review_on is not None):
            raise ValueError("review_on is for a plan that continues, and always then")
        return self


class CourseView(ResponseModel):
    """As of its last completion; `trained` while that is good."""

    course: str
    completed_on: date | None
    expires_on: date | None
    trained: bool


class LinkedAgreementView(ResponseModel):
    id: UUID
    kind: str
    supervisor_id: str
    interval_weeks: int | None
    ended_on: date | None


class ObjectiveProgressView(ResponseModel):
    status: ObjectiveStatus
    progress: str
    by: ActorView
    at: datetime


class ObjectiveView(ResponseModel):
    """`status` is what its newest progress says; `progress` is all there was, newest last."""

    id: UUID
    objective: str
    by: date | None
    status: ObjectiveStatus
    courses: list[CourseView]
    agreements: list[LinkedAgreementView]
    progress: list[ObjectiveProgressView]


class PlanReviewView(ResponseModel):
    outcome: PlanReview
    review_on: date | None
    findings: str | None
    by: ActorView
    at: datetime


class DevelopmentPlanView(ResponseModel):
    """`objectives` and findings are null unless `content_state` is `shown`."""

    id: UUID
    version: int
    worker_id: str
    team_id: str
    status: PlanStatus
    review_on: date | None
    review_overdue: bool
    agreed_at: datetime
    agreed_by: ActorView
    objectives: list[ObjectiveView] | None
    reviews: list[PlanReviewView]
    content_state: ContentState

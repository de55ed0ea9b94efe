"""Requests and responses of agreements."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Strict

from services.supervision.schemas.learning import Slug
from shared.contracts.supervision import Limit, Party, Weeks
from shared.contracts.vocabulary import Paragraph
from shared.platform.http import ActorView, ContentState, Day, Name, RequestModel, ResponseModel


class AgreementRequest(RequestModel):
    """Of one worker, one supervisor and one kind. Without `team_id`, it is of the team that both
    the caller and the worker work in; without `starts_on`, it starts today.

    Every agreement states the four limits of confidentiality. `further_limits` are what these two
    agree on besides.
    """

    worker_id: Name
    kind: Slug
    supervisor_id: Name
    interval_weeks: Annotated[Weeks, Strict()] | None = None
    purpose: Paragraph
    starts_on: Day | None = None
    team_id: Name | None = None
    further_limits: Paragraph | None = None

    def terms(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in type(self).model_fields}


class AgreementEndingRequest(RequestModel):
    reason: Paragraph


class AcceptanceView(ResponseModel):
    by: ActorView
    at: datetime


class LimitsView(ResponseModel):
    limits: tuple[Limit, ...]
    further: str | None


class AgreementView(ResponseModel):
    """`ended_on` is its last day. Words are null unless `content_state` is `shown`."""

    id: UUID
    version: int
    worker_id: str
    supervisor_id: str
    team_id: str
    kind: str
    interval_weeks: int | None
    purpose: str | None
    confidentiality: LimitsView
    starts_on: date
    ended_on: date | None
    end_reason: str | None
    policy_version: int
    agreed_at: datetime
    agreed_by: ActorView
    accepted: dict[Party, AcceptanceView]
    content_state: ContentState

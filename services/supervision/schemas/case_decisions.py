"""Requests and responses of case decisions."""

from datetime import datetime
from uuid import UUID

from services.supervision.domain import DecisionStatus
from shared.contracts.supervision import RetractionKind
from shared.contracts.vocabulary import Narrative, Paragraph
from shared.platform.http import ActorView, ContentState, RequestModel, ResponseModel


class CaseDecisionRequest(RequestModel):
    """What was decided about a service user: it goes into that person's record."""

    service_user_id: UUID
    decision: Narrative


class RetractionRequest(RequestModel):
    """`wrong_person`: it is about somebody else, and is hidden here from all but you."""

    kind: RetractionKind
    reason: Paragraph


class RetractedView(ResponseModel):
    kind: RetractionKind
    reason: str | None
    by: ActorView
    at: datetime


class CaseDecisionView(ResponseModel):
    """Of one about somebody else there is left that it was here, and when it was taken back."""

    id: UUID
    version: int
    service_user_id: UUID
    team_id: str | None
    session_id: UUID | None
    supervision_kind: str | None
    worker_id: str | None
    supervisor_id: str | None
    status: DecisionStatus
    flags: list[str]
    recorded_by: ActorView | None
    recorded_at: datetime
    decision: str | None
    retracted: RetractedView | None
    content_state: ContentState


class CaseDecisionOfSession(ResponseModel):
    """That there is one: what it says is in the person's record."""

    id: UUID
    service_user_id: UUID

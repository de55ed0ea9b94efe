"""Requests and responses of boundary queries."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.contracts.notes import BoundaryOutcome, QueriedActivity
from shared.contracts.vocabulary import Paragraph
from shared.platform.http import ActorView, ContentState, RequestModel, ResponseModel


class BoundaryAnswerRequest(RequestModel):
    answer: Paragraph
    outcome: BoundaryOutcome | None = None


class BoundaryAnswer(ResponseModel):
    outcome: BoundaryOutcome | None
    answer: str | None
    by: ActorView
    at: datetime


class BoundaryQueryView(ResponseModel):
    """What a worker did outside the role, or without the authority it needs: a staff matter."""

    id: UUID
    version: int
    note_id: UUID
    service_user_id: UUID
    team_id: str | None
    worker: ActorView
    activities: tuple[QueriedActivity, ...]
    status: Literal["open", "answered"]
    raised_at: datetime
    answered: BoundaryAnswer | None
    content_state: ContentState

"""Requests and responses of break-glass."""

from datetime import datetime
from uuid import UUID

from shared.contracts.access import OverrideReason, ReviewOutcome
from shared.contracts.vocabulary import Paragraph
from shared.kernel.actor import Actor
from shared.platform.http import ContentState, Moment, RequestModel, ResponseModel


class OverrideRequest(RequestModel):
    service_user_id: UUID
    reason_code: OverrideReason
    reason: Paragraph
    until: Moment | None = None


class ReviewRequest(RequestModel):
    outcome: ReviewOutcome
    reason: Paragraph


class Review(ResponseModel):
    outcome: ReviewOutcome
    reason: str | None
    by: Actor
    at: datetime


class OverrideView(ResponseModel):
    """Broken glass. `renewals` counts earlier ones for the person without a gap of 12 hours."""

    id: UUID
    version: int
    service_user_id: UUID
    team_id: str
    staff: Actor
    reason_code: OverrideReason
    reason: str | None
    granted_at: datetime
    until: datetime
    active: bool
    renewals: int
    restricted: bool
    review_due_at: datetime
    overdue: bool
    review: Review | None
    content_state: ContentState

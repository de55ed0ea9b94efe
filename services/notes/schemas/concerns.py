"""Requests and responses of concerns."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictBool

from services.notes.domain import ConcernStatus
from services.notes.schemas.notes import AlertRequest
from shared.contracts.notes import Alert, Concern, ConcernKind, Recipient, Urgency
from shared.contracts.vocabulary import Paragraph
from shared.platform.http import ActorView, ContentState, Name, RequestModel, ResponseModel

Alerted = Annotated[tuple[AlertRequest, ...], Field(max_length=20)]


class RaiseConcernRequest(RequestModel):
    """What was noticed, and who was told of it, how and when: the call is the alert, not this.

    `about_staff` are staff whom it is about: they never see it nor act on it.
    """

    service_user_id: UUID
    kind: ConcernKind
    urgency: Urgency
    description: Paragraph
    alerted: Alerted = ()
    service_user_told: StrictBool | None = None
    not_told_reason: Paragraph | None = None
    about_staff: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    note_id: UUID | None = None

    def concern(self) -> Concern:
        return Concern(
            kind=self.kind,
            urgency=self.urgency,
            description=self.description,
            alerted=self.alerted,
            service_user_told=self.service_user_told,
            not_told_reason=self.not_told_reason,
            about_staff=self.about_staff,
        )


class AlertsRequest(RequestModel):
    alerted: Alerted = ()
    service_user_told: StrictBool | None = None
    not_told_reason: Paragraph | None = None


class AcknowledgementRequest(RequestModel):
    """`plan` is what will be done."""

    plan: Paragraph
    service_user_told: StrictBool | None = None
    not_told_reason: Paragraph | None = None


class ReasonRequest(RequestModel):
    reason: Paragraph


class ClosureRequest(RequestModel):
    """`outcome` is what came of it."""

    outcome: Paragraph


class Acknowledged(ResponseModel):
    plan: str | None
    by: ActorView
    at: datetime


class ClosureView(ResponseModel):
    outcome: str | None
    by: ActorView
    at: datetime


class EscalationView(ResponseModel):
    """It went on to others: `unanswered` by the clock, `asked` by someone. `next_at`: when it goes
    on again unless somebody acknowledges it."""

    at: datetime
    because: Literal["unanswered", "asked"]
    clock: int
    step: int
    to: Recipient
    reached: tuple[str, ...]
    next_at: datetime | None
    by: ActorView | None
    reason: str | None


class ConcernView(ResponseModel):
    """A concern. Of one that was `moved` only that it was here is told; the words are null too for
    a caller who sees only metadata, and once destroyed."""

    id: UUID
    version: int
    service_user_id: UUID
    team_id: str
    note_id: UUID | None
    kind: ConcernKind | None
    urgency: Urgency | None
    status: ConcernStatus
    about_staff: tuple[str, ...]
    description: str | None
    alerted: tuple[Alert, ...] | None
    service_user_told: bool | None
    not_told_reason: str | None
    outstanding: tuple[Literal["not_told_reason"], ...]
    raised_by: ActorView
    raised_at: datetime
    routed_to: tuple[str, ...]
    acknowledge_by: datetime | None
    overdue: bool
    policy_version: int | None
    acknowledged: Acknowledged | None
    escalations: list[EscalationView]
    closed: ClosureView | None
    content_state: ContentState

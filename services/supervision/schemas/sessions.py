"""Requests and responses of sessions."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, Strict, model_validator

from services.supervision.domain import Status
from services.supervision.schemas.case_decisions import CaseDecisionOfSession
from services.supervision.schemas.disclosures import DisclosureView
from services.supervision.schemas.saying import (
    Actions,
    ActionView,
    Agenda,
    Cases,
    Length,
    Themes,
    kept,
)
from shared.contracts.supervision import Action, ActionStatus, NotHeldReason, Party
from shared.contracts.vocabulary import Narrative, Paragraph
from shared.platform.http import (
    NOT_GIVEN,
    ActorView,
    ContentState,
    Moment,
    RequestModel,
    ResponseModel,
)

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SessionRequest(RequestModel):
    agreement_id: UUID
    scheduled_for: Moment


class ReschedulingRequest(RequestModel):
    scheduled_for: Moment
    reason: Paragraph | None = None


class RecordRequest(RequestModel):
    """What was said in a session. `cases` are the service users who were discussed: a decision
    about one of them belongs in that person's record."""

    held_at: Moment
    duration_minutes: Length
    agenda: Agenda = ()
    discussion: Narrative
    actions: Actions = ()
    cases: Cases = ()
    themes: Themes = ()

    def said(self) -> dict[str, Any]:
        return kept({name: getattr(self, name) for name in type(self).model_fields})


class AmendmentRequest(RequestModel):
    """What the record says otherwise now, and why; what isn't given stays. `remarks` are a group
    session's."""

    reason: Paragraph
    held_at: Moment = NOT_GIVEN
    duration_minutes: Length = NOT_GIVEN
    agenda: Agenda = NOT_GIVEN
    discussion: Narrative = NOT_GIVEN
    actions: Actions = NOT_GIVEN
    cases: Cases = NOT_GIVEN
    themes: Themes = NOT_GIVEN
    remarks: Narrative | None = None

    def changes(self) -> dict[str, Any]:
        given = self.model_fields_set - {"reason"}
        return kept({name: getattr(self, name) for name in given})


class SignatureRequest(RequestModel):
    """Over the digest of what the record says; one may sign as not agreeing, and say why."""

    digest: Digest
    agrees: Annotated[bool, Strict()] = True
    comment: Paragraph | None = None

    @model_validator(mode="after")
    def _says_why_not(self) -> Self:
        if not self.agrees and self.comment is None:
            raise ValueError("who doesn't agree says why: comment")
        return self


class NotHeldRequest(RequestModel):
    reason: Paragraph
    reason_code: NotHeldReason = "other"


class ActionUpdateRequest(RequestModel):
    status: ActionStatus
    outcome: Paragraph | None = None


class SessionSignature(ResponseModel):
    """Of what the record said at the time: `digest` tells which version that was."""

    party: Party
    digest: str
    agrees: bool | None
    comment: str | None
    by: ActorView
    at: datetime


class ReschedulingView(ResponseModel):
    previously: datetime
    reason: str | None
    by: ActorView
    at: datetime


class NotHeldView(ResponseModel):
    reason_code: NotHeldReason
    reason: str | None
    by: ActorView
    at: datetime


class ReplacedRecord(ResponseModel):
    """What a record said before it was amended."""

    held_at: datetime
    duration_minutes: int
    agenda: tuple[str, ...]
    discussion: str
    actions: tuple[Action, ...]
    cases: tuple[UUID, ...]
    themes: tuple[str, ...]
    remarks: str | None


class SessionAmendment(ResponseModel):
    """`replaced` is what was signed before, if it was, and stays to be read (NMC 10.3)."""

    at: datetime
    by: ActorView
    reason: str | None
    changed: tuple[str, ...] | None
    replaced_digest: str
    replaced: ReplacedRecord | None


class SessionView(ResponseModel):
    """A session. What was said is null unless `content_state` is `shown`: it is for the two.
    `disclosures` are those that the reader may know of; lists don't have them."""

    id: UUID
    version: int
    agreement_id: UUID
    group_session_id: UUID | None
    worker_id: str
    supervisor_id: str
    team_id: str
    kind: str
    status: Status
    scheduled_for: datetime
    held_at: datetime | None
    duration_minutes: int | None
    recorded_at: datetime | None
    recorded_by: ActorView | None
    digest: str | None
    agenda: tuple[str, ...] | None
    discussion: str | None
    actions: tuple[ActionView, ...] | None
    cases: tuple[UUID, ...] | None
    themes: tuple[str, ...] | None
    remarks: str | None
    signatures: list[SessionSignature]
    amendments: list[SessionAmendment]
    reschedulings: list[ReschedulingView]
    not_held: NotHeldView | None
    case_decisions: list[CaseDecisionOfSession] | None
    disclosures: list[DisclosureView] | None = None
    content_state: ContentState


class SessionEvent(ResponseModel):
    event_id: UUID
    type: str
    version: int
    time: datetime
    actor: ActorView
    reason: str | None


class SessionHistory(ResponseModel):
    items: list[SessionEvent]

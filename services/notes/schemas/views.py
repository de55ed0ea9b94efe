"""A note, its history and its place on the worklist, as the API shows them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.notes import (
    AddendumKind,
    AmendmentKind,
    Attendance,
    Basis,
    Boundary,
    BoundaryClass,
    Concern,
    ContactKind,
    Flag,
    Function,
    Mechanism,
    Money,
    Other,
    Outstanding,
    Plan,
    Reason,
    RecordedFrom,
    RetractionKind,
    Setting,
)
from shared.contracts.vocabulary import Need
from shared.platform.http import ActorView, ContentState, ResponseModel

Status = Literal[
    "complete", "awaiting_countersignature", "returned", "countersigned", "entered_in_error",
    "refiled",
]  # fmt: skip


class Signature(ResponseModel):
    by: ActorView
    at: datetime
    basis: Basis
    digest: str
    comment: str | None


class CountersignatureView(ResponseModel):
    required: bool
    due_at: datetime | None
    policy_version: int
    reasons: tuple[Reason, ...]
    signed: Signature | None


class BoundaryView(ResponseModel):
    boundary: Boundary
    class_: Annotated[BoundaryClass, Field(alias="class")]
    task: str | None
    authority: str | None


class AmendmentView(ResponseModel):
    version: int
    at: datetime
    by: ActorView
    kind: AmendmentKind
    reason: str | None
    changed: tuple[str, ...]
    replaced_digest: str
    replaced_signature: Signature | None


class AddendumView(ResponseModel):
    kind: AddendumKind
    text: str | None
    by: ActorView
    at: datetime
    version: int


class AnswerView(ResponseModel):
    """Given as such, or the reason of the amendment that answered."""

    answer: str | None
    by: ActorView
    at: datetime


class ReturnView(ResponseModel):
    question: str | None
    by: ActorView
    at: datetime
    answer: AnswerView | None


class RetractionView(ResponseModel):
    """What a manager asked for; it takes a second person."""

    kind: RetractionKind
    reason: str | None
    by: ActorView
    at: datetime


class RetractedView(RetractionView):
    """`by` confirmed it, where it was `requested_by` a manager."""

    requested_by: str | None
    comment: str | None


class NoteView(ResponseModel):
    """A note. The words are null for a caller who sees only metadata, and once destroyed.

    `refiled`: filed under the wrong person. All but its author, IG leads and auditors see a
    tombstone: `id`, `version`, `service_user_id`, `team_id`, `status`, `recorded_at` and who
    `retracted` it when; everything else is null or empty, and only the same people see
    `refiled_from` and `refiled_to`. A version from before a factual correction shows its content
    to the author alone. `assigned_to` is to sign; `to_answer` owes the answer for the author.
    """

    id: UUID
    version: int
    digest: str | None
    service_user_id: UUID
    team_id: str | None
    status: Status
    author: ActorView | None
    recorded_at: datetime
    occurred_at: datetime | None
    setting: Setting | None
    mechanism: Mechanism | None
    attendance: Attendance | None
    functions: tuple[Function, ...]
    needs: tuple[Need, ...]
    contact: ContactKind | None
    recorded_from: RecordedFrom | None
    duration_minutes: int | None
    others_present: tuple[Other, ...]
    staff_present: tuple[str, ...]
    narrative: str | None
    service_user_view: str | None
    carer_view: str | None
    plan: Plan | None
    boundary_activities: tuple[BoundaryView, ...] | None
    concern: Concern | None
    money: Money | None
    late_entry_reason: str | None
    concern_id: UUID | None
    group_session_id: UUID | None
    late: bool | None
    flags: tuple[Flag, ...]
    outstanding: tuple[Outstanding, ...]
    countersignature: CountersignatureView | None
    amendments: list[AmendmentView]
    addenda: list[AddendumView]
    returns: list[ReturnView]
    assigned_to: str | None
    to_answer: str | None
    retraction_requested: RetractionView | None
    retracted: RetractedView | None
    refiled_from: UUID | None
    refiled_to: UUID | None
    content_state: ContentState


class Difference(ResponseModel):
    """`confidential`: what was there before was corrected, and is kept for audit alone."""

    field: str
    before: Any
    after: Any
    content_state: Literal["shown", "confidential"]


class HistoryEntry(ResponseModel):
    """`reason`: why, or what was asked or answered. `differences` for who may see the content."""

    event_id: UUID
    type: str
    version: int
    time: datetime
    actor: ActorView
    changes: list[str]
    reason: str | None
    differences: list[Difference] | None


class History(ResponseModel):
    items: list[HistoryEntry]


class WorklistItem(ResponseModel):
    """`to_answer` answers for the author of a returned note. `author_at_work`: hasn't left."""

    note_id: UUID
    version: int
    status: Literal["awaiting_countersignature", "returned"]
    service_user_id: UUID
    author: ActorView
    author_at_work: bool
    assigned_to: str | None
    to_answer: str | None
    recorded_at: datetime
    due_at: datetime
    overdue: bool
    reasons: tuple[Reason, ...]
    concern: bool

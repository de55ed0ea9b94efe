"""Response: a note as it was at a time."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.audit.policy import ContentState
from services.audit.schemas.parts import Done, Place, Said, Then
from services.audit.schemas.people import NoteReader
from shared.contracts.notes import (
    AddendumKind,
    AmendmentKind,
    Basis,
    ConcernKind,
    Duty,
    Flag,
    Outstanding,
    Reason,
    RecordKeepingRules,
    RetractionKind,
    Urgency,
)
from shared.platform.http import ActorView, ResponseModel

Status = Literal[
    "complete", "awaiting_countersignature", "returned", "countersigned", "entered_in_error",
    "refiled",
]  # fmt: skip


class RequirementThen(ResponseModel):
    """Whether a countersignature was due, by when and why, under which version of the policy."""

    required: bool
    due_at: datetime | None
    policy_version: int
    reasons: tuple[Reason, ...]


class VersionThen(Said):
    """What a version said, as notes serve it: codes in clear, words if they are shown; null for one
    whose bytes someone changed. `changed` names the fields that an amendment changed."""

    version: int
    kind: Literal["recorded", "refiled"] | AmendmentKind
    reason: str | None
    changed: tuple[str, ...]
    digest: str
    flags: tuple[Flag, ...]
    outstanding: tuple[Outstanding, ...]
    countersignature: RequirementThen
    content: dict[str, Any] | None


class SignatureThen(Said):
    """`of_version`: the version whose digest was signed; null if it was of no version. `stands`: of
    what the note said at that time."""

    basis: Basis
    digest: str
    comment: str | None
    of_version: int | None


class GivenSignature(SignatureThen):
    stands: bool


class CountersignatureThen(RequirementThen):
    signed: SignatureThen | None


class AddendumThen(Said):
    kind: AddendumKind
    text: str | None
    version: int


class AnswerThen(Said):
    answer: str | None


class ReturnThen(Said):
    question: str | None
    answer: AnswerThen | None


class LateReasonThen(Said):
    reason: str | None


class ReassignmentThen(Said):
    duty: Duty
    to: str
    reason: str | None


class SettledThen(Done):
    query_id: UUID


class RequestThen(Said):
    kind: RetractionKind
    reason: str | None


class RetractionThen(RequestThen):
    """Of what was filed under the wrong person a later one says where it belongs."""

    requested_by: str | None
    comment: str | None
    refiled_to: UUID | None


class ConcernThen(Place):
    """A concern as it stood then. `how`: raised with the note, or about it since. The place is the
    last event of it. `status` is null where it is in words that aren't shown."""

    id: UUID
    how: Literal["raised_with", "linked"]
    status: Literal["raised", "acknowledged", "closed", "moved"] | None
    kind: ConcernKind
    urgency: Urgency
    team_id: str
    raised_by: ActorView
    raised_at: datetime
    acknowledge_by: datetime
    policy_version: int
    moved_to: UUID | None


class OverdueThen(Place):
    due_at: datetime
    noticed_at: datetime


class PolicyThen(ResponseModel):
    """A version of the record-keeping policy: `in_force` at that time for the note's team, or cited
    by the note or a concern of it. Version 1 is shipped, and no event tells of it."""

    team_id: str | None
    policy_version: int
    in_force: bool
    effective_from: datetime | None
    published_at: datetime | None
    published_by: str | None
    approved_by: str | None
    rules: RecordKeepingRules | None
    index: int | None
    event_id: UUID | None


class NoteThen(Then):
    """A note as it was: `versions` are what it said, oldest first. `tombstone`: all but its author,
    IG leads and auditors were shown only that it was there. `filed_at` is when it came to be under
    this person; of a refiled note `recorded_at` is when its author recorded it. `readers`: who had
    been shown it by then, or by when it was retracted."""

    note_id: UUID
    service_user_id: UUID
    team_id: str | None
    version: int
    status: Status
    tombstone: bool
    author: ActorView
    recorded_at: datetime
    filed_at: datetime
    group_session_id: UUID | None
    digest: str
    late: bool
    flags: tuple[Flag, ...]
    outstanding: tuple[Outstanding, ...]
    countersignature: CountersignatureThen
    assigned_to: str | None
    to_answer: str | None
    late_reason: LateReasonThen | None
    versions: list[VersionThen]
    signatures: list[GivenSignature]
    returns: list[ReturnThen]
    addenda: list[AddendumThen]
    reassignments: list[ReassignmentThen]
    settled: list[SettledThen]
    retraction_requested: RequestThen | None
    retractions: list[RetractionThen]
    refiled_from: UUID | None
    refiled_to: UUID | None
    concerns: list[ConcernThen]
    overdue: list[OverdueThen]
    policies: list[PolicyThen]
    readers: list[NoteReader]
    content_state: ContentState

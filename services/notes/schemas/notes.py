"""Requests and responses of the notes service."""

from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, Strict
from pydantic.dataclasses import dataclass

from shared.contracts.notes import (
    Account,
    Alert,
    AmendmentKind,
    Attendance,
    Basis,
    Boundary,
    BoundaryActivity,
    BoundaryClass,
    Concern,
    Contact,
    ContactKind,
    Flag,
    Function,
    Mechanism,
    Minutes,
    Money,
    Other,
    Outstanding,
    Pence,
    Plan,
    Reason,
    RecordedFrom,
    Setting,
)
from shared.contracts.vocabulary import Line, Narrative, Need, Paragraph
from shared.platform.http import ActorView, ContentState, Moment, Name, RequestModel, ResponseModel

STRICT = ConfigDict(extra="forbid")
CONTACT = frozenset(field.name for field in fields(Contact))
ACCOUNT = frozenset(field.name for field in fields(Account))


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PlanRequest(Plan):
    pass


@dataclass(frozen=True, kw_only=True, config=STRICT)
class AlertRequest(Alert):
    at: Moment


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ConcernRequest(Concern):
    alerted: Annotated[tuple[AlertRequest, ...], Field(max_length=20)] = ()
    about_staff: Annotated[tuple[Name, ...], Field(max_length=20)] = ()


@dataclass(frozen=True, kw_only=True, config=STRICT)
class MoneyRequest(Money):
    amount_pence: Annotated[Pence, Strict()]


class BoundaryRequest(RequestModel):
    boundary: Boundary
    class_: Annotated[BoundaryClass, Field(alias="class")]
    task: Line | None = None
    authority: Line | None = None


def _as_boundaries(asked: tuple[BoundaryRequest, ...]) -> tuple[BoundaryActivity, ...]:
    return tuple(
        BoundaryActivity(
            boundary=each.boundary, practice=each.class_, task=each.task, authority=each.authority
        )
        for each in asked
    )


NOT_GIVEN: Any = None
"""The default of a field that an amendment leaves as it is."""


class _Content(RequestModel):
    """What a note and an amendment may both say."""

    def contact_fields(self) -> dict[str, Any]:
        """The given fields of the contact."""
        return {name: getattr(self, name) for name in CONTACT & self.model_fields_set}

    def account_fields(self) -> dict[str, Any]:
        """The given fields of the account."""
        given = {name: getattr(self, name) for name in ACCOUNT & self.model_fields_set}
        if "boundary_activities" in given:
            given["boundary_activities"] = _as_boundaries(given["boundary_activities"])
        return given


Functions = Annotated[tuple[Function, ...], Field(min_length=1, max_length=8)]
Needs = Annotated[tuple[Need, ...], Field(max_length=30)]
Others = Annotated[tuple[Other, ...], Field(max_length=20)]
Staff = Annotated[tuple[Name, ...], Field(max_length=20)]
Boundaries = Annotated[tuple[BoundaryRequest, ...], Field(max_length=20)]


class NoteRequest(_Content):
    """A note of work with a service user (HB 5.12). Codes are in the enumerations."""

    service_user_id: UUID
    occurred_at: Moment
    setting: Setting
    mechanism: Mechanism
    attendance: Attendance
    functions: Functions
    narrative: Narrative
    needs: Needs = ()
    contact: ContactKind = "direct"
    recorded_from: RecordedFrom = "live"
    duration_minutes: Annotated[Minutes, Strict()] | None = None
    others_present: Others = ()
    staff_present: Staff = ()
    plan: PlanRequest | None = None
    service_user_view: Narrative | None = None
    carer_view: Narrative | None = None
    boundary_activities: Boundaries = ()
    concern: ConcernRequest | None = None
    money: MoneyRequest | None = None
    late_entry_reason: Paragraph | None = None


class AmendmentRequest(_Content):
    """A reason, and the fields that change: those not given stay as they are."""

    reason: Paragraph
    kind: AmendmentKind = "amendment"
    occurred_at: Moment = NOT_GIVEN
    setting: Setting = NOT_GIVEN
    mechanism: Mechanism = NOT_GIVEN
    attendance: Attendance = NOT_GIVEN
    functions: Functions = NOT_GIVEN
    narrative: Narrative = NOT_GIVEN
    needs: Needs = NOT_GIVEN
    contact: ContactKind = NOT_GIVEN
    recorded_from: RecordedFrom = NOT_GIVEN
    duration_minutes: Annotated[Minutes, Strict()] | None = None
    others_present: Others = NOT_GIVEN
    staff_present: Staff = NOT_GIVEN
    plan: PlanRequest | None = None
    service_user_view: Narrative | None = None
    carer_view: Narrative | None = None
    boundary_activities: Boundaries = NOT_GIVEN
    concern: ConcernRequest | None = None
    money: MoneyRequest | None = None
    late_entry_reason: Paragraph | None = None


class CountersignatureRequest(RequestModel):
    """`digest` is that of the version being signed, as the note shows it."""

    basis: Basis
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    comment: Paragraph | None = None


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


class NoteView(ResponseModel):
    """A note. The words are null for a caller who sees only metadata, and once destroyed."""

    id: UUID
    version: int
    digest: str
    service_user_id: UUID
    team_id: str | None
    status: Literal["complete", "awaiting_countersignature", "countersigned"]
    author: ActorView
    recorded_at: datetime
    occurred_at: datetime
    setting: Setting
    mechanism: Mechanism
    attendance: Attendance
    functions: tuple[Function, ...]
    needs: tuple[Need, ...]
    contact: ContactKind
    recorded_from: RecordedFrom
    duration_minutes: int | None
    others_present: tuple[Other, ...]
    staff_present: tuple[str, ...]
    narrative: str | None
    service_user_view: str | None
    carer_view: str | None
    plan: Plan | None
    boundary_activities: tuple[BoundaryView, ...] | None
    concern: Concern | None
    concern_id: UUID | None
    money: Money | None
    late_entry_reason: str | None
    late: bool
    flags: tuple[Flag, ...]
    outstanding: tuple[Outstanding, ...]
    countersignature: CountersignatureView
    amendments: list[AmendmentView]
    addenda: list[dict[str, Any]]
    content_state: ContentState


class HistoryEntry(ResponseModel):
    event_id: UUID
    type: str
    version: int
    time: datetime
    actor: ActorView
    changes: list[str]
    reason: str | None


class History(ResponseModel):
    items: list[HistoryEntry]


class WorklistItem(ResponseModel):
    note_id: UUID
    service_user_id: UUID
    author: ActorView
    recorded_at: datetime
    due_at: datetime
    overdue: bool
    reasons: tuple[Reason, ...]
    concern: bool

"""What a request says of a note: when it is recorded, and when it is amended."""

from dataclasses import fields
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, Strict
from pydantic.dataclasses import dataclass

from shared.contracts.notes import (
    Account,
    Alert,
    AmendmentKind,
    Attendance,
    Boundary,
    BoundaryActivity,
    BoundaryClass,
    Concern,
    Contact,
    ContactKind,
    Function,
    Mechanism,
    Minutes,
    Money,
    Other,
    Pence,
    Plan,
    RecordedFrom,
    Setting,
)
from shared.contracts.vocabulary import Line, Narrative, Need, Paragraph
from shared.platform.http import Moment, Name, RequestModel

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
    """`authority` is what allowed a delegated task: the person's plan, by its reference or id."""

    boundary: Boundary
    class_: Annotated[BoundaryClass, Field(alias="class")]
    task: Line | None = None
    authority: Line | None = None


def as_boundaries(asked: tuple[BoundaryRequest, ...]) -> tuple[BoundaryActivity, ...]:
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
            given["boundary_activities"] = as_boundaries(given["boundary_activities"])
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
    """A reason, and the fields that change: those not given stay as they are.

    After a `factual_correction` (UK GDPR Art. 16) only the author sees what earlier versions said.
    """

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

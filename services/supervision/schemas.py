"""Requests and responses of the supervision service."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from services.supervision.policy import (
    EARLIEST,
    MOST_YEARS,
    REVIEWED_WITHIN_YEARS,
    is_registration_number,
    is_shift,
    twice_at_once,
    years_after,
)
from shared.contracts.supervision import (
    DutyShift,
    Level,
    RegistrationEntry,
    WorkerDetails,
    WorkerStatus,
)
from shared.contracts.vocabulary import Line, Paragraph
from shared.platform.http import (
    ActorView,
    ContentState,
    Day,
    Moment,
    Name,
    RequestModel,
    ResponseModel,
)

Slug = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[a-z][a-z0-9_-]*$")]
"""A course or an activity, by the name that the trust gave it. In lower case, so that two people
mean the same by it."""
Done = Annotated[Day, Field(ge=EARLIEST)]
"""The day of what was done."""


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class RegistrationRequest(RegistrationEntry):
    @model_validator(mode="after")
    def _number_fits_its_body(self) -> "RegistrationRequest":
        if not is_registration_number(self.body, self.number):
            raise ValueError(f"this is not the form of a number of the {self.body}")
        return self


class WorkerFields(RequestModel):
    name: Line
    job_title: Line
    level: Level | None = None
    band: Annotated[int, Field(ge=1, le=9, strict=True)] | None = None
    employer: Line
    teams: Annotated[tuple[Name, ...], Field(max_length=50)]
    line_manager_id: Name | None = None
    started_on: Day | None = None
    status: WorkerStatus = "active"
    whole_time_equivalent: Annotated[float, Field(gt=0, le=1)] | None = None


class WorkerRequest(WorkerFields):
    registrations: Annotated[tuple[RegistrationRequest, ...], Field(max_length=10)] = ()

    def details(self) -> WorkerDetails:
        """As the register holds it: a request's registration never equals one held."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        held = tuple(RegistrationEntry(**asdict(each)) for each in self.registrations)
        return WorkerDetails(**{**fields, "registrations": held})


class TrainingRequest(RequestModel):
    course: Slug
    completed_on: Done
    expires_on: Day | None = None
    evidence: Paragraph

    @model_validator(mode="after")
    def _expires_after_it(self) -> Self:
        if self.expires_on is not None and self.expires_on <= self.completed_on:
            raise ValueError("training expires after it was completed")
        return self

    def facts(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in type(self).model_fields}


class CompetenceRequest(RequestModel):
    """Without `review_due`, it is due a year after the assessment."""

    activity: Slug
    assessed_on: Done
    basis: Paragraph
    review_due: Day | None = None

    @model_validator(mode="after")
    def _is_reviewed_in_time(self) -> Self:
        if not self.assessed_on < self._due() <= years_after(self.assessed_on, MOST_YEARS):
            raise ValueError(f"review is due after the assessment, within {MOST_YEARS} years")
        return self

    def _due(self) -> date:
        return self.review_due or years_after(self.assessed_on, REVIEWED_WITHIN_YEARS)

    def facts(self) -> dict[str, Any]:
        return {
            "activity": self.activity,
            "assessed_on": self.assessed_on,
            "review_due": self._due(),
            "basis": self.basis,
        }


class RevocationRequest(RequestModel):
    reason: Paragraph


class TrainingView(ResponseModel):
    course: str
    completed_on: date
    expires_on: date | None
    evidence: str | None
    recorded_by: ActorView
    recorded_at: datetime


class RevokedView(ResponseModel):
    reason: str | None
    by: ActorView
    at: datetime


class CompetenceView(ResponseModel):
    activity: str
    assessed_on: date
    review_due: date
    basis: str | None
    signed_off_by: ActorView
    signed_off_at: datetime
    revoked: RevokedView | None


class WorkerView(ResponseModel, WorkerFields):
    """`training` and `competences` are all there ever were, oldest first: of several for one
    activity the newest counts. Words are null unless `content_state` is `shown`."""

    staff_id: str
    version: int
    registrations: tuple[RegistrationEntry, ...]
    training: list[TrainingView]
    competences: list[CompetenceView]
    content_state: ContentState


class ShiftRequest(RequestModel):
    staff_id: Name
    starts_at: Annotated[Moment, Field(alias="from")]
    ends_at: Annotated[Moment, Field(alias="to")]

    @model_validator(mode="after")
    def _is_a_shift(self) -> Self:
        if not is_shift(self.shift()):
            raise ValueError("a shift ends after it begins, and lasts 24 hours at most")
        return self

    def shift(self) -> DutyShift:
        return DutyShift(staff_id=self.staff_id, starts_at=self.starts_at, ends_at=self.ends_at)


class RotaRequest(RequestModel):
    """A team's whole rota: what it replaces no longer holds."""

    shifts: Annotated[tuple[ShiftRequest, ...], Field(max_length=500)]

    @model_validator(mode="after")
    def _nobody_twice_at_once(self) -> Self:
        if twice_at_once(self.rota()):
            raise ValueError("nobody has two shifts at once")
        return self

    def rota(self) -> tuple[DutyShift, ...]:
        return tuple(each.shift() for each in self.shifts)


class ShiftView(ResponseModel):
    staff_id: str
    starts_at: Annotated[datetime, Field(alias="from")]
    ends_at: Annotated[datetime, Field(alias="to")]


class RotaView(ResponseModel):
    """`on_duty` is who answers for the team `at` that moment."""

    team_id: str
    version: int
    shifts: list[ShiftView]
    at: datetime
    on_duty: list[str]

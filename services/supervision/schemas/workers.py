"""Requests and responses of the workforce register."""

from dataclasses import fields
from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from services.supervision.domain import OF_THE_BODY, Asked
from services.supervision.policy import (
    is_registration_number,
)
from services.supervision.schemas.learning import CompetenceView, TrainingView
from shared.contracts.supervision import (
    Employment,
    Level,
    RegistrationBody,
    RegistrationEntry,
    RegistrationStatus,
    WorkerDetails,
    WorkerStatus,
)
from shared.contracts.vocabulary import Line
from shared.platform.http import (
    ContentState,
    Day,
    Name,
    RequestModel,
    ResponseModel,
)

Teams = Annotated[tuple[Name, ...], Field(max_length=50)]


class RegistrationRequest(RequestModel):
    """What the body's own register says (`status`, `conditions`, `checked_on`) stays as it is known
    here where it is left out, so that who doesn't know of a suspension doesn't lift it. A number
    that is new is `effective`."""

    body: RegistrationBody
    number: Line
    expires_on: Day | None = None
    status: RegistrationStatus = "effective"
    conditions: Line | None = None
    checked_on: Day | None = None

    @model_validator(mode="after")
    def _number_fits_its_body(self) -> Self:
        if not is_registration_number(self.body, self.number):
            raise ValueError(f"this is not the form of a number of the {self.body}")
        return self

    def entry(self) -> RegistrationEntry:
        return RegistrationEntry(**self.model_dump())

    def unsaid(self) -> frozenset[str]:
        return OF_THE_BODY - self.model_fields_set


class EmploymentRequest(RequestModel):
    """One of the employments that they hold (HB 8.2), or held until `ended_on`."""

    employer: Line
    job_title: Line | None = None
    teams: Teams = ()
    hours_per_week: Annotated[float, Field(gt=0, le=60)] | None = None
    started_on: Day | None = None
    ended_on: Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.started_on and self.ended_on and self.ended_on <= self.started_on:
            raise ValueError("ended_on is not after started_on")
        return self

    def entry(self) -> Employment:
        return Employment(**self.model_dump())


class WorkerFields(RequestModel):
    """`employer`, `job_title` and `started_on` are those of the main employment; `teams` those of
    all that they hold now."""

    name: Line
    job_title: Line
    level: Level | None = None
    band: Annotated[int, Field(ge=1, le=9, strict=True)] | None = None
    employer: Line
    teams: Teams
    line_manager_id: Name | None = None
    started_on: Day | None = None
    status: WorkerStatus = "active"
    whole_time_equivalent: Annotated[float, Field(gt=0, le=1)] | None = None
    lead_for: Annotated[Teams, Field(description="Teams whose STR workers they lead")] = ()
    absent_from: Annotated[
        Day | None,
        Field(description="Only of who is absent; what is held, or today, where it is left out"),
    ] = None
    absent_until: Annotated[Day | None, Field(description="When they are expected back")] = None
    left_on: Annotated[
        Day | None,
        Field(description="Their last day; what is held, or today, where it is left out"),
    ] = None


class WorkerRequest(WorkerFields):
    registrations: Annotated[tuple[RegistrationRequest, ...], Field(max_length=10)] = ()
    employments: Annotated[tuple[EmploymentRequest, ...], Field(max_length=10)] = ()

    @field_validator("absent_from", "absent_until")
    @classmethod
    def _of_who_is_absent(cls, day: date | None, said: ValidationInfo) -> date | None:
        if day and said.data.get("status", "absent") != "absent":
            raise ValueError("only who is absent has this day")
        return day

    @field_validator("left_on")
    @classmethod
    def _of_who_has_left(cls, day: date | None, said: ValidationInfo) -> date | None:
        if day and said.data.get("status", "left") != "left":
            raise ValueError("only who has left has a last day")
        return day

    @field_validator("teams", "lead_for")
    @classmethod
    def _each_once(cls, teams: tuple[str, ...]) -> tuple[str, ...]:
        if len({*teams}) < len(teams):
            raise ValueError("a team is named twice")
        return teams

    @field_validator("left_on")
    @classmethod
    def _not_before_they_started(cls, day: date | None, said: ValidationInfo) -> date | None:
        started = said.data.get("started_on")
        if day and started and day < started:
            raise ValueError("left_on is before started_on")
        return day

    def asked(self) -> Asked:
        """As the register would hold it, and what the request leaves to the register."""
        said: dict[str, Any] = {
            each.name: getattr(self, each.name) for each in fields(WorkerDetails)
        }
        said["registrations"] = tuple(each.entry() for each in self.registrations)
        said["employments"] = tuple(each.entry() for each in self.employments)
        return Asked(WorkerDetails(**said), tuple(each.unsaid() for each in self.registrations))


class WorkerView(ResponseModel, WorkerFields):
    """`training` and `competences` are all there ever were, oldest first: of several for one
    activity the newest counts, of a course the one completed last that wasn't withdrawn. Words are
    null unless `content_state` is `shown`."""

    staff_id: str
    version: int
    registrations: tuple[RegistrationEntry, ...]
    employments: tuple[Employment, ...]
    training: list[TrainingView]
    competences: list[CompetenceView]
    content_state: ContentState

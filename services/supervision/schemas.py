"""Requests and responses of the supervision service."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from services.supervision.policy import is_registration_number, is_shift, twice_at_once
from shared.contracts.supervision import (
    DutyShift,
    Level,
    RegistrationEntry,
    WorkerDetails,
    WorkerStatus,
)
from shared.contracts.vocabulary import Line
from shared.platform.http import Moment, Name, RequestModel, ResponseModel


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
    started_on: date | None = None
    status: WorkerStatus = "active"


class WorkerRequest(WorkerFields):
    registrations: Annotated[tuple[RegistrationRequest, ...], Field(max_length=10)] = ()

    def details(self) -> WorkerDetails:
        return WorkerDetails(**{name: getattr(self, name) for name in type(self).model_fields})


class WorkerView(ResponseModel, WorkerFields):
    staff_id: str
    version: int
    registrations: tuple[RegistrationEntry, ...]


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

"""Requests and responses of the supervision service."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from services.supervision.policy import is_registration_number
from shared.contracts.supervision import (
    Level,
    RegistrationEntry,
    WorkerDetails,
    WorkerStatus,
)
from shared.contracts.vocabulary import Line
from shared.platform.http import Name, RequestModel, ResponseModel


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

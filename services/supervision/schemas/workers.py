"""Requests and responses of the workforce register."""

from dataclasses import asdict
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from services.supervision.policy import (
    is_registration_number,
)
from services.supervision.schemas.learning import CompetenceView, TrainingView
from shared.contracts.supervision import (
    Level,
    RegistrationEntry,
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


class WorkerView(ResponseModel, WorkerFields):
    """`training` and `competences` are all there ever were, oldest first: of several for one
    activity the newest counts. Words are null unless `content_state` is `shown`."""

    staff_id: str
    version: int
    registrations: tuple[RegistrationEntry, ...]
    training: list[TrainingView]
    competences: list[CompetenceView]
    content_state: ContentState

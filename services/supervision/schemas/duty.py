"""Requests and responses of duty."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.supervision.policy import (
    is_shift,
    twice_at_once,
)
from shared.contracts.supervision import (
    DutyShift,
)
from shared.platform.http import (
    Moment,
    Name,
    RequestModel,
    ResponseModel,
)


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

"""Requests and responses of compliance."""

import re
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter

from shared.kernel.days import local_day
from shared.platform.http import Day, Moment, ResponseModel

_DAY: TypeAdapter[date] = TypeAdapter(Day)
_MOMENT: TypeAdapter[Any] = TypeAdapter(Annotated[Moment, AfterValidator(local_day)])


def _day_of(value: Any) -> Any:
    """A day, or the day that it is in England at a moment."""
    whole = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)
    return (_DAY if whole else _MOMENT).validate_python(value)


DayOf = Annotated[date, BeforeValidator(_day_of)]
Since = Annotated[
    DayOf | None, Query(alias="from", description="A day, or a time; 12 weeks before `to` if none")
]
Until = Annotated[DayOf | None, Query(alias="to", description="A day, or a time; today if none")]
ForecastDays = Annotated[int, Query(ge=0, le=366, description="How far to look ahead")]


class Supervised(ResponseModel):
    worker_id: str
    kind: str
    supervisor_id: str
    agreement_id: UUID


class ComplianceItem(Supervised):
    """One agreement. Without an interval nothing is ever due. What is `due` is so in the period;
    `overdue_since` is the first due day that has passed since one was last held."""

    interval_weeks: int | None
    starts_on: date
    ended_on: date | None
    supervisor_at_work: bool
    last_held_on: date | None
    next_due_on: date | None
    overdue: bool
    overdue_since: date | None
    held: int
    missed: int
    cancelled: int
    unsigned: Annotated[int, Field(description="Records that wait for a signature for too long")]
    due: int
    in_time: int
    rate_percent: float | None


class Forecast(Supervised):
    due_on: date


class ComplianceView(ResponseModel):
    """Figures and forecast are of all that was asked for; `items` is a page of it. How it stands
    is `as_at` the end of the period, or today. `overdue` counts agreements."""

    team_id: str
    since: Annotated[date, Field(alias="from")]
    until: Annotated[date, Field(alias="to")]
    as_at: date
    target_percent: int
    sign_within_days: int
    held: int
    missed: int
    cancelled: int
    unsigned: int
    due: int
    in_time: int
    overdue: int
    rate_percent: float | None
    met: bool | None
    items: list[ComplianceItem]
    forecast: list[Forecast]
    next_cursor: str | None

"""Responses: alerts, measures, and whether the record is whole."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.audit.policy import Alert
from services.audit.schemas.people import Looker
from shared.platform.http import ResponseModel


class AlertView(ResponseModel):
    kind: Alert
    index: int
    event_id: UUID
    time: datetime
    actor: Looker
    service_user_id: UUID | None
    override_id: UUID | None


class WeekView(ResponseModel):
    """An ISO week in UTC. `reads` were allowed by overrides."""

    week_start: date
    granted: int
    renewals: int
    reviewed: int
    not_justified: int
    reads: int


class BreakGlassMeasure(ResponseModel):
    """XmR limits of `granted`; null until eight weeks are over."""

    measure: Literal["break-glass"]
    unit: Literal["overrides"]
    centre: float | None
    lower: float | None
    upper: float | None
    items: list[WeekView]


class StandingView(ResponseModel):
    service: str
    last_position: int
    head_position: int | None
    head_age_seconds: float | None
    lag: int | None
    gaps_open: int
    gaps_filled: int


class Completeness(ResponseModel):
    complete: bool
    services: list[StandingView]

"""Responses: alerts, measures, and whether the record is whole."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.audit.policy import Alert, Disagreement
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
    disagreements_open: int
    disagreements_settled: int
    unread: int
    checked_to: int
    round_ended_at: datetime | None


class DisagreementView(ResponseModel):
    """Where a service said something else than the ledger. `index`, `event_id` and `held_digest`
    (hex) are the ledger's, if it has the position; `said_digest` is the service's, if it has it.
    It is open until the two were found to say the same again."""

    service: str
    position: int
    kind: Disagreement
    event_id: str
    type: str
    index: int | None
    held_digest: str | None
    said_digest: str | None
    seen_at: datetime
    settled_at: datetime | None


class Completeness(ResponseModel):
    complete: bool
    services: list[StandingView]

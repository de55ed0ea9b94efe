"""Responses of the audit service."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from shared.kernel.actor import Actor
from shared.platform.http import ResponseModel


class ResourceView(ResponseModel):
    kind: str
    id: str
    version: int


class EventView(ResponseModel):
    """One event. `digest` is the SHA-256 (hex) of the bytes as stored and published."""

    index: int
    event_id: UUID
    service: str
    position: int
    previous: int
    type: str
    time: datetime
    recorded_at: datetime
    actor: Actor
    service_user_id: str | None
    team_id: str | None
    resource: ResourceView
    summary: str
    content: dict[str, Any] | None
    content_state: Literal["shown", "confidential", "destroyed"]
    digest: str


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

"""Responses: events."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from shared.platform.http import ActorView, ResponseModel


class ResourceView(ResponseModel):
    kind: str
    id: str
    version: int


class EventView(ResponseModel):
    """One event. `digest` is the SHA-256 (hex) of the bytes as stored and published.

    `confidential`: the engagement covers no content, or it is not the caller's to read; or it is of
    supervision, of which `content` has what is in clear, and no words.
    `unreadable`: someone changed the bytes that were sealed, so nothing said in it is shown.
    """

    index: int
    event_id: UUID
    service: str
    position: int
    previous: int
    type: str
    time: datetime
    recorded_at: datetime
    actor: ActorView
    service_user_id: str | None
    team_id: str | None
    resource: ResourceView
    summary: str
    content: dict[str, Any] | None
    content_state: Literal["shown", "confidential", "destroyed", "unreadable"]
    digest: str

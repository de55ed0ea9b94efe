"""Responses: events."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator

from services.audit.projection import SUMMARIES
from shared.platform.http import ActorView, ResponseModel


def _is_known(name: str) -> str:
    if name in SUMMARIES:
        return name
    raise ValueError("no event has this type; types are bare names, such as note-recorded")


EventType = Annotated[str, AfterValidator(_is_known)]
"""A filter that was mistyped must not look as if nothing had happened."""
ServiceName = Literal["notes", "referrals", "supervision", "audit"]


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

"""What a session is made of."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.supervision.domain.confidential import Confidential
from shared.contracts.supervision import SessionContent
from shared.kernel.actor import Actor


class Status(StrEnum):
    SCHEDULED = "scheduled"
    HELD = "held"
    """There is a record, which one of the two at least has not signed."""
    SIGNED = "signed"
    MISSED = "missed"
    CANCELLED = "cancelled"


class SessionState(Confidential):
    """One session; its record is never overwritten, and each signature keeps what it signed."""

    kind = "supervision-session"

    agreement_id: UUID
    of_kind: str
    group_session_id: UUID | None
    scheduled_by: Actor
    scheduled_for: datetime
    status: Status
    held_at: datetime | None
    duration_minutes: int | None
    recorded_by: Actor | None
    recorded_at: datetime | None
    content: SessionContent | None
    digest: str | None
    signatures: list[dict[str, Any]]
    """Of every version: `party`, `digest`, `agrees`, `comment`, `by`, `at`."""
    not_held: dict[str, Any] | None
    """Why it was cancelled or missed."""
    amendments: list[dict[str, Any]]
    action_states: dict[UUID, dict[str, Any]]
    case_decisions: list[dict[str, Any]]
    """`id` and `service_user_id`: what was decided is in that person's record."""

    def signed(self, party: str) -> bool:
        """Whether one of the two has signed what the record says now."""
        return any(s["party"] == party and s["digest"] == self.digest for s in self.signatures)

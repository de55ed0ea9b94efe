"""What a session is made of."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.supervision.domain.confidential import Confidential
from services.supervision.domain.refusals import AlreadyHeld
from services.supervision.domain.session.content import ActionAgreed
from shared.contracts.supervision import Action, SessionContent
from shared.kernel.actor import Actor
from shared.kernel.errors import Malformed


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
    reschedulings: list[dict[str, Any]]
    """Each `previously`, `reason`, `by`, `at`."""
    not_held: dict[str, Any] | None
    """Why it was cancelled or missed: `reason_code`, `reason`, `by`, `at`."""
    amendments: list[dict[str, Any]]
    """Each `at`, `by`, `reason`, `changed`, `replaced_digest`."""
    action_states: dict[UUID, dict[str, Any]]
    """What became of those that anything was said of: `status`, `outcome`, `by`, `at`."""
    case_decisions: list[dict[str, Any]]
    """`id` and `service_user_id`: what was decided is in that person's record."""

    def refuse_settled(self) -> None:
        """Raises `AlreadyHeld` for one that was held, missed or cancelled."""
        if self.status is not Status.SCHEDULED:
            raise AlreadyHeld()

    def refuse_other_owners(self, agreed: Iterable[ActionAgreed], pointer: str) -> None:
        """An action is for one of the two. Raises `Malformed`."""
        for number, each in enumerate(agreed):
            if each.owner_id is not None and self.party_of(each.owner_id) is None:
                raise Malformed(
                    "an action is for the worker or the supervisor", f"{pointer}/{number}/owner_id"
                )

    def action(self, id: UUID) -> Action | None:
        """An action of the record, as it is said now."""
        actions = self.content.actions if self.content else ()
        return next((each for each in actions if each.id == id), None)

    def signed(self, party: str) -> bool:
        """Whether one of the two has signed what the record says now."""
        return any(s["party"] == party and s["digest"] == self.digest for s in self.signatures)

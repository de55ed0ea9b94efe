"""Break-glass: access to one person's record without a relationship, for a time, and reviewed."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from services.notes.domain.refusals import AlreadyReviewed, OwnOverride
from shared.contracts.access import (
    AccessOverrideGranted,
    AccessOverrideReviewed,
    OverrideReason,
    ReviewOutcome,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import AboutServiceUser, Aggregate


class AccessOverride(AboutServiceUser):
    """One member of staff and one person, until a time; someone else reviews it."""

    kind = "access-override"

    class Granted(AccessOverrideGranted, Aggregate.Created):
        pass

    class Reviewed(AccessOverrideReviewed, Aggregate.Event):
        pass

    @classmethod
    def grant(cls, by: Actor, at: datetime, id: UUID, **particulars: Any) -> Self:
        granted: Self = cls.begin(cls.Granted, id=id, at=at, actor=by, **particulars)
        return granted

    def review(self, by: Actor, at: datetime, outcome: ReviewOutcome, reason: str) -> None:
        """Say whether it was justified, once, about someone else; if not, it ends now."""
        self.may_review(by)
        if self.reviewed:
            raise AlreadyReviewed()
        self._reviewed(actor=by, timestamp=at, outcome=outcome, reason=reason)

    def may_review(self, by: Actor) -> None:
        if by.staff_id == self.staff.staff_id:
            raise OwnOverride()

    @event(Granted)
    def __init__(
        self,
        actor: Actor,
        service_user_id: UUID,
        team_id: str,
        reason_code: OverrideReason,
        reason: str,
        until: datetime,
        review_due_at: datetime,
        renewal: int,
        restricted: bool,
    ) -> None:
        self.staff = actor
        self.service_user_id = service_user_id
        self.team = team_id
        self.reason_code = reason_code
        self.reason = reason
        self.until = until
        self.review_due_at = review_due_at
        self.renewal = renewal
        self.restricted = restricted
        self.reviewed: dict[str, Any] | None = None

    @event(Reviewed)
    def _reviewed(
        self, actor: Actor, timestamp: datetime, outcome: ReviewOutcome, reason: str
    ) -> None:
        self.reviewed = {"outcome": outcome, "reason": reason, "by": actor, "at": timestamp}
        if outcome == "not_justified":
            self.until = min(self.until, timestamp)

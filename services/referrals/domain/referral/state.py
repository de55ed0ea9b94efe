"""What is known of a referral, and what more than one of its commands asks."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.contracts.referrals import Priority, Referrer, Source
from shared.kernel.actor import Actor
from shared.kernel.aggregate import AboutServiceUser


class Status(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ALLOCATED = "allocated"
    CLOSED = "closed"


class ReferralState(AboutServiceUser):
    """Decisions, places on caseloads and hand-overs are all kept, the newest last."""

    kind = "referral"

    recorded_by: Actor
    received_at: datetime
    source: Source
    urgency: Priority
    needs: tuple[str, ...]
    reason: str
    goals: tuple[str, ...]
    referrer: Referrer

    status: Status
    decisions: list[dict[str, Any]]
    allocations: list[dict[str, Any]]
    transfers: list[dict[str, Any]]
    closure: dict[str, Any] | None

    @property
    def allocation(self) -> dict[str, Any] | None:
        """Whose caseload the person is on now. Those of before are in `allocations`."""
        last = self.allocations[-1] if self.allocations else None
        return last if last and last["until"] is None else None

    @property
    def last_worker_id(self) -> str | None:
        return str(self.allocations[-1]["worker_id"]) if self.allocations else None

    @property
    def worker_id(self) -> str | None:
        return self.last_worker_id if self.allocation else None

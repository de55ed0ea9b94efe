"""What is known of a referral, and what more than one of its commands asks."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.referrals.policy import Clock, Stop
from shared.contracts.notes import Plan
from shared.contracts.referrals import Complexity, PrimaryReason, Priority, Referrer, Source
from shared.kernel.actor import Actor
from shared.kernel.aggregate import AboutServiceUser


class Status(StrEnum):
    RECEIVED = "received"
    ASSESSING = "assessing"
    MORE_INFORMATION = "more_information"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    ALLOCATED = "allocated"
    DECLINED = "declined"
    REDIRECTED = "redirected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


UNDECIDED = (Status.RECEIVED, Status.ASSESSING, Status.MORE_INFORMATION, Status.WAITING)
ENDED = (Status.DECLINED, Status.REDIRECTED, Status.WITHDRAWN, Status.CLOSED)


class ReferralState(AboutServiceUser):
    """Decisions, assessments, places on caseloads and hand-overs are all kept, the newest last.

    `place` is where it goes back to once it was assessed, or an answer came: received, or the
    waiting list.
    """

    kind = "referral"

    team: str
    recorded_by: Actor
    received_at: datetime
    source: Source
    urgency: Priority
    needs: tuple[str, ...]
    reason: str
    goals: tuple[str, ...]
    referrer: Referrer
    previous_referral_id: UUID | None
    primary_reason: PrimaryReason | None
    plan: Plan | None

    status: Status
    place: Status
    priority: Priority
    complexity: Complexity | None
    review_due: date | None
    decide_by: datetime | None
    allocate_by: datetime | None
    stops: list[Stop]
    decisions: list[dict[str, Any]]
    assessments: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    reviews: list[dict[str, Any]]
    withdrawal: dict[str, Any] | None
    allocations: list[dict[str, Any]]
    transfers: list[dict[str, Any]]
    closure: dict[str, Any] | None
    moved_at: datetime | None
    """Since when it is this team's, if it was another's before."""

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

    @property
    def open_assessment(self) -> dict[str, Any] | None:
        """What somebody was asked to look at, and has not."""
        last = self.assessments[-1] if self.assessments else None
        return last if last and not (last["completed_at"] or last["lapsed_at"]) else None

    @property
    def next_review(self) -> date | None:
        """By when to look again at someone who waits, unless that is over."""
        return self.review_due if self.status in UNDECIDED else None

    @property
    def decided_at(self) -> datetime | None:
        """When it was first decided. To ask for more decides nothing."""
        return next((e["at"] for e in self.decisions if e["outcome"] != "more_information"), None)

    @property
    def ended_at(self) -> datetime | None:
        """When it ended, whether or not anyone supported the person meanwhile."""
        if self.status not in ENDED:
            return None
        ending: dict[str, Any] = self.closure or self.withdrawal or self.decisions[-1]
        found: datetime = ending["at"]
        return found

    @property
    def clock(self) -> Clock:
        """Somebody's wait ends with the first worker they have, or with the referral."""
        supported_at = self.allocations[0]["at"] if self.allocations else None
        return Clock(self.received_at, tuple(self.stops), supported_at or self.ended_at)

    def stands(self) -> Status:
        """What it is while nobody has decided, or nobody since."""
        if not self.clock.running:
            return Status.MORE_INFORMATION
        return Status.ASSESSING if self.open_assessment else self.place

    def goes_on(self, at: datetime) -> None:
        """The clock runs again, if it stood still."""
        if self.stops and self.stops[-1].until is None:
            self.stops[-1] = Stop(self.stops[-1].since, at)

    def lapses(self, at: datetime) -> None:
        """Nobody looks any more at what they were asked to, if it was still open."""
        if self.open_assessment:
            self.assessments[-1] = {**self.assessments[-1], "lapsed_at": at}

"""Somebody on the waiting list, looked at again."""

from datetime import date, datetime, timedelta
from uuid import UUID

from eventsourcing.domain import event

from services.referrals.domain.referral.state import ReferralState, Status
from services.referrals.domain.refusals import NotWaiting, ReviewTooLate
from services.referrals.policy import DEFAULT
from shared.contracts.referrals import Priority, ReferralRules, WaitingListReviewed
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.days import local_day


def due_for_review(rules: ReferralRules, today: date, asked: date | None) -> date:
    """By when whoever waits is looked at again: when the policy says, or sooner.

    Raises `ReviewTooLate`.
    """
    latest = today + timedelta(days=rules.review_every_days)
    if asked is not None and asked > latest:
        raise ReviewTooLate(latest=latest.isoformat())
    return asked or latest


class Waiting(ReferralState):
    """Their place follows from their priority and how long they have waited."""

    class Reviewed(WaitingListReviewed, Aggregate.Event):
        pass

    def review(
        self,
        by: Actor,
        at: datetime,
        findings: str,
        priority: Priority | None,
        review_due: date | None,
        rules: ReferralRules = DEFAULT.rules,
    ) -> None:
        """Look again at someone who waits; the priority stays, if no other is said."""
        if self.status is not Status.WAITING:
            raise NotWaiting()
        self._reviewed(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            priority=priority or self.priority,
            review_due=due_for_review(rules, local_day(at), review_due),
            findings=findings,
        )

    @event(Reviewed)
    def _reviewed(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        priority: Priority,
        review_due: date,
        findings: str,
    ) -> None:
        self.priority, self.review_due = priority, review_due
        self.reviews.append(
            {
                "findings": findings,
                "priority": priority,
                "review_due": review_due,
                "by": actor,
                "at": timestamp,
            }
        )

"""A referral to STR workers, from its receipt to its closure (HB 5.10 and 5.11)."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from services.referrals.domain.referral.allocating import Allocating
from services.referrals.domain.referral.assessing import Assessing
from services.referrals.domain.referral.deciding import Deciding
from services.referrals.domain.referral.state import ENDED, Status
from services.referrals.domain.referral.waiting import Waiting
from services.referrals.domain.refusals import AlreadyAllocated, AlreadyEnded, NothingChanged
from shared.contracts.notes import Plan
from shared.contracts.referrals import (
    PrimaryReason,
    Priority,
    ReferralMoved,
    ReferralReceived,
    ReferralWithdrawn,
    Referrer,
    Source,
    WithdrawalReason,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class Referral(Deciding, Assessing, Waiting, Allocating):
    """A request that STR workers support someone; a gatekeeper decides it, with a reason."""

    class Received(ReferralReceived, Aggregate.Created):
        pass

    class Withdrawn(ReferralWithdrawn, Aggregate.Event):
        pass

    class Moved(ReferralMoved, Aggregate.Event):
        pass

    @classmethod
    def receive(cls, by: Actor, at: datetime, id: UUID, **particulars: Any) -> Self:
        received: Self = cls.begin(cls.Received, id=id, at=at, actor=by, **particulars)
        return received

    def withdraw(self, by: Actor, at: datetime, reason_code: WithdrawalReason, reason: str) -> None:
        """Take it back, before anybody supports the person."""
        self._refuse_ended()
        if self.status is Status.ALLOCATED:
            raise AlreadyAllocated("Somebody supports this person: close the referral instead.")
        self._withdrawn(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            reason_code=reason_code,
            reason=reason,
        )

    def move(self, by: Actor, at: datetime, team_id: str) -> None:
        """It goes to another team with its person, as it stands."""
        self._refuse_ended()
        if team_id == self.team:
            raise NothingChanged("The referral is this team's already.")
        self._moved(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            from_team_id=self.team,
            team_id=team_id,
        )

    def _refuse_ended(self) -> None:
        if self.status in ENDED:
            raise AlreadyEnded()

    @event(Received)
    def __init__(
        self,
        actor: Actor,
        service_user_id: UUID,
        team_id: str,
        received_at: datetime,
        source: Source,
        urgency: Priority,
        needs: tuple[str, ...],
        reason: str,
        goals: tuple[str, ...],
        referrer: Referrer,
        previous_referral_id: UUID | None,
        primary_reason: PrimaryReason | None,
        plan: Plan | None,
        decide_by: datetime | None,
        allocate_by: datetime | None,
    ) -> None:
        self.recorded_by = actor
        self.service_user_id = service_user_id
        self.team = team_id
        self.received_at = received_at
        self.source = source
        self.urgency = self.priority = urgency
        self.needs = needs
        self.reason = reason
        self.goals = goals
        self.referrer = referrer
        self.previous_referral_id = previous_referral_id
        self.primary_reason = primary_reason
        self.plan = plan
        self.decide_by = decide_by
        self.allocate_by = allocate_by
        self.status = self.place = Status.RECEIVED
        self.complexity = self.review_due = None
        self.stops = []
        self.decisions = []
        self.assessments = []
        self.answers = []
        self.reviews = []
        self.withdrawal = None
        self.allocations = []
        self.transfers = []
        self.closure = None
        self.moved_at = None

    @event(Withdrawn)
    def _withdrawn(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        reason_code: WithdrawalReason,
        reason: str,
    ) -> None:
        self.goes_on(timestamp)
        self.withdrawal = {
            "reason_code": reason_code,
            "reason": reason,
            "by": actor,
            "at": timestamp,
        }
        self.lapses(timestamp)
        self.status = Status.WITHDRAWN

    @event(Moved)
    def _moved(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        from_team_id: str,
        team_id: str,
    ) -> None:
        self.team = team_id
        self.moved_at = timestamp

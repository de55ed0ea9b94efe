"""A referral to STR workers, from its receipt to its closure (HB 5.10 and 5.11)."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from services.referrals.domain.referral.allocating import Allocating
from services.referrals.domain.referral.deciding import Deciding
from services.referrals.domain.referral.moving import Moving
from services.referrals.domain.referral.state import Status
from shared.contracts.referrals import Priority, ReferralReceived, Referrer, Source
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class Referral(Deciding, Allocating, Moving):
    """A request that STR workers support someone; a gatekeeper decides it, with a reason."""

    class Received(ReferralReceived, Aggregate.Created):
        pass

    @classmethod
    def receive(cls, by: Actor, at: datetime, id: UUID, **particulars: Any) -> Self:
        received: Self = cls.begin(cls.Received, id=id, at=at, actor=by, **particulars)
        return received

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
    ) -> None:
        self.recorded_by = actor
        self.service_user_id = service_user_id
        self.team = team_id
        self.received_at = received_at
        self.source = source
        self.urgency = urgency
        self.needs = needs
        self.reason = reason
        self.goals = goals
        self.referrer = referrer
        self.status = Status.RECEIVED
        self.decisions = []
        self.allocations = []
        self.transfers = []
        self.closure = None

"""A hand-over, and whether the worker who receives it takes the person on (JD Hampshire)."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from eventsourcing.domain import event

from services.referrals.domain.referral.state import ReferralState
from services.referrals.domain.refusals import NoHandoverAwaits
from shared.contracts.referrals import HandoverAccepted, HandoverDeclined
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate

Handover = Literal["awaiting", "accepted", "declined"]


class HandingOver(ReferralState):
    """The person moves at once; the receiving worker says afterwards whether that can be."""

    class Accepted(HandoverAccepted, Aggregate.Event):
        pass

    class NotAccepted(HandoverDeclined, Aggregate.Event):
        pass

    @property
    def handover(self) -> Handover | None:
        """How the last hand-over stands; None where the person was handed over to nobody."""
        if self.allocation is None or not self.transfers:
            return None
        last = self.transfers[-1]
        if last["declined_at"] is not None:
            return "declined"
        return "awaiting" if last["accepted_at"] is None else "accepted"

    @property
    def handover_at(self) -> datetime | None:
        """Since when it stands so."""
        if self.handover is None:
            return None
        last = self.transfers[-1]
        found: datetime = last["declined_at"] or last["accepted_at"] or last["at"]
        return found

    def accept_handover(self, by: Actor, at: datetime) -> None:
        self._refuse_unless_awaited()
        self._handover_accepted(actor=by, timestamp=at, service_user_id=self.service_user_id)

    def decline_handover(self, by: Actor, at: datetime, reason: str) -> None:
        """They stay on this caseload, so that nobody is on none, until allocated again."""
        self._refuse_unless_awaited()
        self._handover_declined(
            actor=by, timestamp=at, service_user_id=self.service_user_id, reason=reason
        )

    def _refuse_unless_awaited(self) -> None:
        if self.handover != "awaiting":
            raise NoHandoverAwaits()

    @event(Accepted)
    def _handover_accepted(self, actor: Actor, timestamp: datetime, service_user_id: UUID) -> None:
        self._answered(accepted_at=timestamp)

    @event(NotAccepted)
    def _handover_declined(
        self, actor: Actor, timestamp: datetime, service_user_id: UUID, reason: str
    ) -> None:
        self._answered(declined_at=timestamp, declined_because=reason)

    def _answered(self, **answer: Any) -> None:
        self.transfers[-1] = {**self.transfers[-1], **answer}

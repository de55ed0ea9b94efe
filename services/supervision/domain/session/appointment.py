"""When a session is to be, and why one wasn't held."""

from datetime import datetime

from eventsourcing.domain import event

from services.supervision.domain.refusals import NotDueYet, NothingChanged
from services.supervision.domain.session.state import SessionState, Status
from shared.contracts.supervision import (
    NotHeldReason,
    SupervisionCancelled,
    SupervisionMissed,
    SupervisionRescheduled,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class Appointment(SessionState):
    class Rescheduled(SupervisionRescheduled, Aggregate.Event):
        pass

    class Cancelled(SupervisionCancelled, Aggregate.Event):
        pass

    class Missed(SupervisionMissed, Aggregate.Event):
        pass

    def reschedule(
        self, by: Actor, at: datetime, scheduled_for: datetime, reason: str | None
    ) -> None:
        self.refuse_settled()
        if scheduled_for == self.scheduled_for:
            raise NothingChanged()
        self._rescheduled(
            actor=by,
            timestamp=at,
            scheduled_for=scheduled_for,
            previously=self.scheduled_for,
            reason=reason,
        )

    def cancel(self, by: Actor, at: datetime, reason_code: NotHeldReason, reason: str) -> None:
        self.refuse_settled()
        self._cancelled(actor=by, timestamp=at, reason_code=reason_code, reason=reason)

    def miss(self, by: Actor, at: datetime, reason_code: NotHeldReason, reason: str) -> None:
        """It wasn't held, and its time has passed. Raises `NotDueYet` before that."""
        self.refuse_settled()
        if at < self.scheduled_for:
            raise NotDueYet()
        self._missed(actor=by, timestamp=at, reason_code=reason_code, reason=reason)

    @event(Rescheduled)
    def _rescheduled(
        self,
        actor: Actor,
        timestamp: datetime,
        scheduled_for: datetime,
        previously: datetime,
        reason: str | None,
    ) -> None:
        self.scheduled_for = scheduled_for
        self.reschedulings.append(
            {"previously": previously, "reason": reason, "by": actor, "at": timestamp}
        )

    @event(Cancelled)
    def _cancelled(
        self, actor: Actor, timestamp: datetime, reason_code: NotHeldReason, reason: str
    ) -> None:
        self._becomes(Status.CANCELLED, actor, timestamp, reason_code, reason)

    @event(Missed)
    def _missed(
        self, actor: Actor, timestamp: datetime, reason_code: NotHeldReason, reason: str
    ) -> None:
        self._becomes(Status.MISSED, actor, timestamp, reason_code, reason)

    def _becomes(
        self, status: Status, by: Actor, at: datetime, reason_code: NotHeldReason, reason: str
    ) -> None:
        self.status = status
        self.not_held = {"reason_code": reason_code, "reason": reason, "by": by, "at": at}

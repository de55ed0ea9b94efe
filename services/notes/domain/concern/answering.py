"""What is done about a concern: others are told, someone takes it on, it ends or begins again."""

from datetime import datetime
from uuid import UUID

from eventsourcing.domain import event

from services.notes.domain.concern.state import NOTHING, ConcernState, ConcernStatus, Told
from services.notes.domain.refusals import (
    AlreadyAcknowledged,
    AlreadyClosed,
    AlreadyUrgent,
    NotClosed,
    NothingChanged,
    NotOpen,
)
from services.notes.policy import Clock
from shared.contracts.notes import (
    Acknowledgement,
    Alert,
    ConcernAcknowledged,
    ConcernAlerted,
    ConcernClosed,
    ConcernEscalated,
    ConcernReopened,
    ConcernUpgraded,
    Recipient,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class Answering(ConcernState):
    """Those named in it never act on it."""

    class Alerted(ConcernAlerted, Aggregate.Event):
        pass

    class Acknowledged(ConcernAcknowledged, Aggregate.Event):
        pass

    class Escalated(ConcernEscalated, Aggregate.Event):
        pass

    class Upgraded(ConcernUpgraded, Aggregate.Event):
        pass

    class Closed(ConcernClosed, Aggregate.Event):
        pass

    class Reopened(ConcernReopened, Aggregate.Event):
        pass

    def alert(
        self, by: Actor, at: datetime, alerted: tuple[Alert, ...] = (), told: Told = NOTHING
    ) -> None:
        """Someone else was told, or the service user was, whether or not it is still open."""
        self.refuse_named(by)
        if self.status is ConcernStatus.MOVED:
            raise NotOpen()
        if not (alerted or self._is_news(told)):
            raise NothingChanged("Say who was told, or what the service user was.")
        self._alerted(actor=by, timestamp=at, alerted=alerted, **vars(told))

    def acknowledge(self, by: Actor, at: datetime, plan: str, told: Told = NOTHING) -> None:
        """Take it on, and say what will be done."""
        self.refuse_named(by)
        self._refuse_over()
        if self.status is ConcernStatus.ACKNOWLEDGED:
            raise AlreadyAcknowledged()
        if self._is_news(told):
            self.alert(by, at, (), told)
        self._acknowledged(actor=by, timestamp=at, plan=plan)

    def escalate(
        self, by: Actor, at: datetime, position: int, to: Recipient, reached: tuple[str, ...],
        reason: str,
    ) -> None:  # fmt: skip
        """Ask for it to go on to others before the clock does, or although it was acknowledged."""
        self.refuse_named(by)
        self._refuse_over()
        self._escalated(
            actor=by,
            timestamp=at,
            concern_id=self.id,
            service_user_id=self.service_user_id,
            team_id=self.team,
            because="asked",
            clock=self.clock,
            step=len(self.escalations),
            position=position,
            to=to,
            reached=reached,
            next_at=None,
            reason=reason,
        )

    def upgrade(self, by: Actor, at: datetime, clock: Clock, reason: str) -> None:
        """Urgent after all: to be acknowledged anew."""
        self.refuse_named(by)
        self._refuse_over()
        if self.urgency == "urgent":
            raise AlreadyUrgent()
        self._upgraded(actor=by, timestamp=at, reason=reason, **vars(clock))

    def close(self, by: Actor, at: datetime, outcome: str) -> None:
        """End it, and say what came of it."""
        self.refuse_named(by)
        self._refuse_over()
        self._closed(actor=by, timestamp=at, outcome=outcome)

    def reopen(self, by: Actor, at: datetime, clock: Clock, reason: str) -> None:
        """To be acknowledged again, on a new clock."""
        self.refuse_named(by)
        if self.status is not ConcernStatus.CLOSED:
            raise NotClosed()
        self._reopened(actor=by, timestamp=at, reason=reason, **vars(clock))

    def _refuse_over(self) -> None:
        if self.status is ConcernStatus.CLOSED:
            raise AlreadyClosed()
        if self.status is ConcernStatus.MOVED:
            raise NotOpen()

    def _is_news(self, told: Told) -> bool:
        known = Told(self.service_user_told, self.not_told_reason)
        return any(vars(told)[name] not in (None, now) for name, now in vars(known).items())

    @event(Alerted)
    def _alerted(
        self,
        actor: Actor,
        timestamp: datetime,
        alerted: tuple[Alert, ...],
        service_user_told: bool | None,
        not_told_reason: str | None,
    ) -> None:
        self.alerted = (*self.alerted, *(alerted or ()))
        if service_user_told is not None:
            self.service_user_told = service_user_told
        self.not_told_reason = not_told_reason or self.not_told_reason

    @event(Acknowledged)
    def _acknowledged(self, actor: Actor, timestamp: datetime, plan: str) -> None:
        self.status = ConcernStatus.ACKNOWLEDGED
        self.acknowledged = Acknowledgement(plan=plan, by=actor, at=timestamp)

    @event(Escalated)
    def _escalated(
        self, actor: Actor, timestamp: datetime, concern_id: UUID, service_user_id: UUID,
        team_id: str, because: str, clock: int, step: int, to: Recipient,
        reached: tuple[str, ...], next_at: datetime | None, position: int, reason: str | None,
    ) -> None:  # fmt: skip
        self.asked = position + 1
        self.escalations.append(
            {
                "at": timestamp,
                "because": because,
                "clock": clock,
                "step": step,
                "to": to,
                "reached": reached,
                "next_at": next_at,
                "by": actor,
                "reason": reason,
            }
        )

    @event(Upgraded)
    def _upgraded(
        self,
        actor: Actor,
        timestamp: datetime,
        routed_to: tuple[str, ...],
        acknowledge_by: datetime,
        policy_version: int,
        reason: str,
    ) -> None:
        self.urgency = "urgent"
        self.starts(self.version + 1, Clock(routed_to, acknowledge_by, policy_version), timestamp)

    @event(Closed)
    def _closed(self, actor: Actor, timestamp: datetime, outcome: str) -> None:
        self.status = ConcernStatus.CLOSED
        self.closed = Acknowledgement(plan=outcome, by=actor, at=timestamp)
        self.ended = (self.version + 1, timestamp)

    @event(Reopened)
    def _reopened(
        self,
        actor: Actor,
        timestamp: datetime,
        routed_to: tuple[str, ...],
        acknowledge_by: datetime,
        policy_version: int,
        reason: str,
    ) -> None:
        self.starts(self.version + 1, Clock(routed_to, acknowledge_by, policy_version), timestamp)

"""A concern: raised, told to someone, acknowledged in time, closed with what came of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from services.notes.domain.refusals import (
    AlreadyAcknowledged,
    AlreadyClosed,
    AlreadyUrgent,
    NamedInConcern,
    NotClosed,
    NothingChanged,
    NotOpen,
)
from services.notes.policy import Clock
from shared.contracts import notes as contract
from shared.contracts.notes import (
    Acknowledgement,
    Alert,
    ConcernAcknowledged,
    ConcernAlerted,
    ConcernClosed,
    ConcernEscalated,
    ConcernKind,
    ConcernMoved,
    ConcernRaised,
    ConcernRefiled,
    ConcernReopened,
    ConcernUpgraded,
    Recipient,
    Urgency,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class ConcernStatus(StrEnum):
    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    MOVED = "moved"


@dataclass(frozen=True)
class Told:
    """What the service user was told of a concern, as far as this says."""

    service_user_told: bool | None = None
    not_told_reason: str | None = None


NOTHING = Told()


class Concern(Aggregate):
    """An early sign of relapse, risk or harm (NMC 10.2). Those named in it never act on it.

    `clock` is the version at which the present clock started, and `asked` how often staff have
    asked for it to go on since: what the clock itself does is in `Escalation`, beside this.
    """

    kind = "concern"

    class Raised(ConcernRaised, Aggregate.Created):
        pass

    class Refiled(ConcernRefiled, Aggregate.Created):
        pass

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

    class Moved(ConcernMoved, Aggregate.Event):
        pass

    @classmethod
    def raise_(
        cls,
        by: Actor,
        at: datetime,
        id: UUID,
        service_user_id: UUID,
        team_id: str,
        note_id: UUID | None,
        said: contract.Concern,
        clock: Clock,
    ) -> Self:
        """Anyone who writes notes may, whoever they are related to."""
        raised: Self = cls.begin(
            cls.Raised,
            id=id,
            at=at,
            actor=by,
            service_user_id=service_user_id,
            team_id=team_id,
            note_id=note_id,
            kind=said.kind,
            urgency=said.urgency,
            about_staff=tuple(dict.fromkeys(said.about_staff)),
            **vars(clock),
            service_user_told=said.service_user_told,
            description=said.description,
            alerted=said.alerted,
            not_told_reason=said.not_told_reason,
        )
        return raised

    @classmethod
    def refile(
        cls,
        by: Actor,
        at: datetime,
        id: UUID,
        service_user_id: UUID,
        team_id: str,
        note_id: UUID,
        before: "Concern",
        routed_to: tuple[str, ...],
    ) -> Self:
        """The same concern under the right person's key, as far as it had come."""
        refiled: Self = cls.begin(
            cls.Refiled,
            id=id,
            at=at,
            actor=by,
            service_user_id=service_user_id,
            team_id=team_id,
            note_id=note_id,
            refiled_from=before.id,
            raised_by=before.raised_by,
            raised_at=before.raised_at,
            kind=before.nature,
            urgency=before.urgency,
            about_staff=before.about_staff,
            routed_to=routed_to,
            acknowledge_by=before.acknowledge_by,
            policy_version=before.policy_version,
            service_user_told=before.service_user_told,
            description=before.description,
            alerted=before.alerted,
            not_told_reason=before.not_told_reason,
            acknowledged=before.acknowledged,
            closed=before.closed,
        )
        return refiled

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
        self, by: Actor, at: datetime, step: int, to: Recipient, reached: tuple[str, ...],
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
            step=step,
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

    def move(self, by: Actor, at: datetime, moved_to: UUID | None) -> None:
        """Its note was filed under the wrong person: here it is over, and nothing more of it."""
        if self.status is ConcernStatus.MOVED:
            raise NotOpen()
        self._moved(actor=by, timestamp=at, moved_to=moved_to)

    def refuse_named(self, by: Actor) -> None:
        if by.staff_id in self.about_staff:
            raise NamedInConcern()

    def _refuse_over(self) -> None:
        if self.status is ConcernStatus.CLOSED:
            raise AlreadyClosed()
        if self.status is ConcernStatus.MOVED:
            raise NotOpen()

    def _is_news(self, told: Told) -> bool:
        known = Told(self.service_user_told, self.not_told_reason)
        return any(vars(told)[name] not in (None, now) for name, now in vars(known).items())

    @event(Raised)
    def __init__(
        self,
        actor: Actor,
        service_user_id: UUID,
        team_id: str,
        note_id: UUID | None,
        kind: ConcernKind,
        urgency: Urgency,
        about_staff: tuple[str, ...],
        routed_to: tuple[str, ...],
        acknowledge_by: datetime,
        policy_version: int,
        service_user_told: bool | None,
        description: str,
        alerted: tuple[Alert, ...],
        not_told_reason: str | None,
        refiled_from: UUID | None = None,
        raised_by: Actor | None = None,
        raised_at: datetime | None = None,
        acknowledged: Acknowledgement | None = None,
        closed: Acknowledgement | None = None,
    ) -> None:
        self.service_user_id = service_user_id
        self.team = team_id
        self.note_id = note_id
        self.refiled_from = refiled_from
        self.nature = kind
        self.about_staff = about_staff
        self.raised_by = raised_by or actor
        self.raised_at = raised_at or self.created_on
        self.description = description
        # What is personal is None once it was destroyed.
        self.alerted = alerted or ()
        self.service_user_told = service_user_told
        self.not_told_reason = not_told_reason
        self.ended: tuple[int, datetime] | None = None
        self.moved_to: UUID | None = None
        self.escalations: list[dict[str, Any]] = []
        self.urgency = urgency
        self.acknowledged: Acknowledgement | None
        self.closed: Acknowledgement | None
        self._starts(1, Clock(routed_to, acknowledge_by, policy_version))
        self.acknowledged, self.closed = acknowledged, closed
        if acknowledged:
            self.status = ConcernStatus.ACKNOWLEDGED
        if closed:
            self.status = ConcernStatus.CLOSED

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
        reached: tuple[str, ...], next_at: datetime | None, reason: str | None,
    ) -> None:  # fmt: skip
        self.asked += 1
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
        self._starts(self.version + 1, Clock(routed_to, acknowledge_by, policy_version))

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
        self._starts(self.version + 1, Clock(routed_to, acknowledge_by, policy_version))

    @event(Moved)
    def _moved(self, actor: Actor, timestamp: datetime, moved_to: UUID | None) -> None:
        self.status = ConcernStatus.MOVED
        self.moved_to = moved_to
        self.ended = (self.version + 1, timestamp)

    def _starts(self, version: int, clock: Clock) -> None:
        self.status = ConcernStatus.RAISED
        self.clock = version
        self.asked = 0
        self.routed_to = clock.routed_to
        self.acknowledge_by = clock.acknowledge_by
        self.policy_version = clock.policy_version
        self.acknowledged = self.closed = None

    @property
    def outstanding(self) -> tuple[str, ...]:
        """Asked for until the service user is told, or a reason is given why not."""
        return () if self.service_user_told or self.not_told_reason else ("not_told_reason",)

    @property
    def subject(self) -> str:
        return str(self.service_user_id)

    @property
    def data_subject(self) -> str:
        return f"service-user:{self.service_user_id}"

    @property
    def team_id(self) -> str:
        return self.team

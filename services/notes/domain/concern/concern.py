"""A concern: raised, told to someone, acknowledged in time, closed with what came of it."""

from datetime import datetime
from typing import Self
from uuid import UUID

from eventsourcing.domain import event

from services.notes.domain.concern.answering import Answering
from services.notes.domain.concern.state import ConcernStatus
from services.notes.domain.refusals import NotOpen
from services.notes.policy import Clock
from shared.contracts import notes as contract
from shared.contracts.notes import (
    Acknowledgement,
    Alert,
    ConcernKind,
    ConcernMoved,
    ConcernRaised,
    ConcernRefiled,
    ConcernRestated,
    Urgency,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class Concern(Answering):
    """An early sign of relapse, risk or harm (NMC 10.2)."""

    class Raised(ConcernRaised, Aggregate.Created):
        pass

    class Refiled(ConcernRefiled, Aggregate.Created):
        pass

    class Restated(ConcernRestated, Aggregate.Event):
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

    def restate(self, by: Actor, at: datetime, said: contract.Concern, clock: Clock) -> None:
        """What its note says of it now, whatever came of it meanwhile. `clock` is the one that
        starts if that makes it urgent. Nothing is recorded when it says nothing new."""
        becomes_urgent = said.urgency == "urgent" and self.urgency != "urgent"
        anew = becomes_urgent and self.status is not ConcernStatus.CLOSED
        about = tuple(dict.fromkeys((*self.about_staff, *said.about_staff)))
        alerted = (*self.alerted, *(each for each in said.alerted if each not in self.alerted))
        told = (
            said.service_user_told if said.service_user_told is not None else self.service_user_told
        )
        now = (said.kind, becomes_urgent, about, said.description, alerted, told)
        was = (
            self.nature, False, self.about_staff, self.description, self.alerted,
            self.service_user_told,
        )  # fmt: skip
        if self.status is ConcernStatus.MOVED or now == was:
            return
        going = clock if anew else self
        self._restated(
            actor=by,
            timestamp=at,
            note_id=self.note_id,
            kind=said.kind,
            urgency="urgent" if becomes_urgent else self.urgency,
            about_staff=about,
            anew=anew,
            routed_to=tuple(each for each in going.routed_to if each not in about),
            acknowledge_by=going.acknowledge_by,
            policy_version=going.policy_version,
            service_user_told=told,
            description=said.description,
            alerted=alerted,
            not_told_reason=said.not_told_reason or self.not_told_reason,
        )

    def move(self, by: Actor, at: datetime, moved_to: UUID | None) -> None:
        """Its note was filed under the wrong person: here it is over, and nothing more of it."""
        if self.status is ConcernStatus.MOVED:
            raise NotOpen()
        self._moved(actor=by, timestamp=at, moved_to=moved_to)

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
        self.ended = self.moved_to = None
        self.escalations = []
        self.urgency = urgency
        self.starts(1, Clock(routed_to, acknowledge_by, policy_version), self.created_on)
        self.acknowledged, self.closed = acknowledged, closed
        if acknowledged:
            self.status = ConcernStatus.ACKNOWLEDGED
        if closed:
            self.status = ConcernStatus.CLOSED

    @event(Restated)
    def _restated(
        self,
        actor: Actor,
        timestamp: datetime,
        note_id: UUID | None,
        kind: ConcernKind,
        urgency: Urgency,
        about_staff: tuple[str, ...],
        anew: bool,
        routed_to: tuple[str, ...],
        acknowledge_by: datetime,
        policy_version: int,
        service_user_told: bool | None,
        description: str,
        alerted: tuple[Alert, ...],
        not_told_reason: str | None,
    ) -> None:
        self.nature, self.urgency, self.about_staff = kind, urgency, about_staff
        self.description, self.alerted = description, alerted or ()
        self.service_user_told, self.not_told_reason = service_user_told, not_told_reason
        if anew:
            clock = Clock(routed_to, acknowledge_by, policy_version)
            self.starts(self.version + 1, clock, timestamp)
        elif not routed_to and self.routed_to:
            self.first_step_at = min(self.first_step_at, timestamp)
        self.routed_to = routed_to

    @event(Moved)
    def _moved(self, actor: Actor, timestamp: datetime, moved_to: UUID | None) -> None:
        self.status = ConcernStatus.MOVED
        self.moved_to = moved_to
        self.ended = (self.version + 1, timestamp)

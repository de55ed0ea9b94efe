"""A session: scheduled, held or not, signed by both."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from services.supervision.domain.refusals import (
    AlreadyHeld,
    AlreadySigned,
    DigestMismatch,
    NotHeldYet,
)
from services.supervision.domain.session.state import SessionState, Status
from shared.contracts.supervision import (
    Party,
    SessionContent,
    SupervisionCaseDecided,
    SupervisionHeld,
    SupervisionScheduled,
    SupervisionSigned,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.digests import digest_of


class Session(SessionState):
    class Scheduled(SupervisionScheduled, Aggregate.Created):
        pass

    class Held(SupervisionHeld, Aggregate.Event):
        pass

    class Signed(SupervisionSigned, Aggregate.Event):
        pass

    class CaseDecided(SupervisionCaseDecided, Aggregate.Event):
        pass

    @classmethod
    def schedule(cls, by: Actor, at: datetime, id: UUID, **facts: Any) -> Self:
        scheduled: Self = cls.begin(cls.Scheduled, id=id, at=at, actor=by, **facts)
        return scheduled

    def hold(
        self,
        by: Actor,
        at: datetime,
        held_at: datetime,
        duration_minutes: int,
        content: SessionContent,
        salt: str,
    ) -> None:
        """Record that it was held, and what was said. Raises `AlreadyHeld`: of one that was
        cancelled or missed too, unless it is scheduled anew."""
        if self.status is not Status.SCHEDULED:
            raise AlreadyHeld()
        self._held(
            actor=by,
            timestamp=at,
            held_at=held_at,
            duration_minutes=duration_minutes,
            digest=digest_of(
                salt, content=content, held_at=held_at, duration_minutes=duration_minutes
            ),
            content=content,
            salt=salt,
        )

    def sign(
        self, by: Actor, at: datetime, party: Party, digest: str, agrees: bool, comment: str | None
    ) -> None:
        if self.digest is None:
            raise NotHeldYet()
        if digest != self.digest:
            raise DigestMismatch(expected=self.digest)
        if self.signed(party):
            raise AlreadySigned()
        self._signed(
            actor=by, timestamp=at, party=party, digest=digest, agrees=agrees, comment=comment
        )

    def decide_case(
        self, by: Actor, at: datetime, case_decision_id: UUID, service_user_id: UUID
    ) -> None:
        """Something about a service user was decided in it. Raises `NotHeldYet`."""
        if self.digest is None:
            raise NotHeldYet("There is no record of this session yet, so nothing was decided.")
        self._case_decided(
            actor=by,
            timestamp=at,
            case_decision_id=case_decision_id,
            service_user_id=service_user_id,
        )

    @event(Scheduled)
    def __init__(
        self,
        actor: Actor,
        agreement_id: UUID,
        worker_id: str,
        supervisor_id: str,
        team_id: str,
        kind: str,
        scheduled_for: datetime,
        group_session_id: UUID | None,
    ) -> None:
        self.agreement_id = agreement_id
        self.worker_id, self.supervisor_id, self.team = worker_id, supervisor_id, team_id
        self.of_kind = kind
        self.group_session_id = group_session_id
        self.scheduled_by, self.scheduled_for = actor, scheduled_for
        self.status = Status.SCHEDULED
        self.held_at = self.duration_minutes = self.recorded_by = self.recorded_at = None
        self.content = self.digest = self.not_held = None
        self.signatures, self.amendments, self.case_decisions = [], [], []
        self.action_states = {}

    @event(Held)
    def _held(
        self,
        actor: Actor,
        timestamp: datetime,
        held_at: datetime,
        duration_minutes: int,
        digest: str,
        content: SessionContent,
        salt: str,
    ) -> None:
        self.status = Status.HELD
        self.recorded_by, self.recorded_at = actor, timestamp
        self.held_at, self.duration_minutes = held_at, duration_minutes
        self.content, self.digest = content, digest

    @event(Signed)
    def _signed(
        self,
        actor: Actor,
        timestamp: datetime,
        party: Party,
        digest: str,
        agrees: bool,
        comment: str | None,
    ) -> None:
        self.signatures.append(
            {
                "party": party,
                "digest": digest,
                "agrees": agrees,
                "comment": comment,
                "by": actor,
                "at": timestamp,
            }
        )
        if self.signed("worker") and self.signed("supervisor"):
            self.status = Status.SIGNED

    @event(CaseDecided)
    def _case_decided(self, case_decision_id: UUID, service_user_id: UUID) -> None:
        self.case_decisions.append({"id": case_decision_id, "service_user_id": service_user_id})

"""A decision about a service user that was made in supervision: part of that person's record."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from services.supervision.domain.refusals import AlreadyRetracted
from services.supervision.domain.session import Session
from shared.contracts.supervision import (
    CaseDecisionRecorded,
    CaseDecisionRetracted,
    RetractionKind,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import AboutServiceUser, Aggregate


class DecisionStatus(StrEnum):
    RECORDED = "recorded"
    ENTERED_IN_ERROR = "entered_in_error"
    """Struck through, and readable."""
    WRONG_PERSON = "wrong_person"
    """Hidden from everybody but who recorded it."""


class CaseDecision(AboutServiceUser):
    """Under the service user's key, so it is in their subject access answer and outlives nothing
    of theirs; what else was said in the session stays with the worker."""

    kind = "case-decision"

    class Recorded(CaseDecisionRecorded, Aggregate.Created):
        pass

    class Retracted(CaseDecisionRetracted, Aggregate.Event):
        pass

    @classmethod
    def record(
        cls,
        by: Actor,
        at: datetime,
        id: UUID,
        session: Session,
        service_user_id: UUID,
        team_id: str | None,
        flags: tuple[str, ...],
        decision: str,
    ) -> Self:
        recorded: Self = cls.begin(
            cls.Recorded,
            id=id,
            at=at,
            actor=by,
            service_user_id=service_user_id,
            team_id=team_id,
            session_id=session.id,
            supervision_kind=session.of_kind,
            worker_id=session.worker_id,
            supervisor_id=session.supervisor_id,
            flags=flags,
            decision=decision,
        )
        return recorded

    def retract(self, by: Actor, at: datetime, kind: RetractionKind, reason: str) -> None:
        """Once; but what was struck through may still be found to be about somebody else."""
        hides = kind == "wrong_person" and self.status is not DecisionStatus.WRONG_PERSON
        if self.status is not DecisionStatus.RECORDED and not hides:
            raise AlreadyRetracted()
        self._retracted(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            kind=kind,
            reason=reason,
        )

    @event(Recorded)
    def __init__(
        self,
        actor: Actor,
        service_user_id: UUID,
        team_id: str | None,
        session_id: UUID,
        supervision_kind: str,
        worker_id: str,
        supervisor_id: str,
        flags: tuple[str, ...],
        decision: str,
    ) -> None:
        self.recorded_by = actor
        self.service_user_id = service_user_id
        self.team = team_id
        self.session_id = session_id
        self.supervision_kind = supervision_kind
        self.worker_id, self.supervisor_id = worker_id, supervisor_id
        self.flags = flags
        self.decision = decision
        self.status = DecisionStatus.RECORDED
        self.retracted: dict[str, Any] | None = None

    @event(Retracted)
    def _retracted(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        kind: RetractionKind,
        reason: str,
    ) -> None:
        self.status = DecisionStatus(kind)
        self.retracted = {"kind": kind, "reason": reason, "by": actor, "at": timestamp}

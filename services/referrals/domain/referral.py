"""A referral to STR workers, from its receipt to its closure (HB 5.10 and 5.11)."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from services.referrals.domain.refusals import (
    AlreadyAllocated,
    AlreadyClosed,
    AlreadyDecided,
    NotAccepted,
    NotAllocated,
    SameWorker,
)
from shared.contracts.referrals import (
    ClosureOutcome,
    DeclineReason,
    Outcome,
    Priority,
    ReferralAllocated,
    ReferralClosed,
    ReferralDecided,
    ReferralReceived,
    ReferralTransferred,
    Referrer,
    Source,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import AboutServiceUser, Aggregate


class Status(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ALLOCATED = "allocated"
    CLOSED = "closed"


DECIDED: dict[Outcome, Status] = {"accepted": Status.ACCEPTED, "declined": Status.DECLINED}


class Referral(AboutServiceUser):
    """A request that STR workers support someone; a gatekeeper decides it, with a reason."""

    kind = "referral"

    class Received(ReferralReceived, Aggregate.Created):
        pass

    class Decided(ReferralDecided, Aggregate.Event):
        pass

    class Allocated(ReferralAllocated, Aggregate.Event):
        pass

    class Transferred(ReferralTransferred, Aggregate.Event):
        pass

    class Closed(ReferralClosed, Aggregate.Event):
        pass

    @classmethod
    def receive(cls, by: Actor, at: datetime, id: UUID, **particulars: Any) -> Self:
        received: Self = cls.begin(cls.Received, id=id, at=at, actor=by, **particulars)
        return received

    def decide(
        self,
        by: Actor,
        at: datetime,
        outcome: Outcome,
        rationale: str,
        reason_code: DeclineReason | None,
    ) -> None:
        if self.status is not Status.RECEIVED:
            raise AlreadyDecided()
        self._decided(
            actor=by, timestamp=at, outcome=outcome, rationale=rationale, reason_code=reason_code
        )

    def allocate(
        self, by: Actor, at: datetime, worker_id: str, override_reason: str | None
    ) -> None:
        if self.status is Status.ALLOCATED:
            raise AlreadyAllocated()
        if self.status is not Status.ACCEPTED:
            raise NotAccepted()
        self._allocated(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            worker_id=worker_id,
            override_reason=override_reason,
        )

    def transfer(
        self, by: Actor, at: datetime, worker_id: str, handover: str, override_reason: str | None
    ) -> str:
        """Hand the person over to another worker. Returns whose caseload they leave."""
        if self.worker_id is None:
            raise NotAllocated()
        if self.worker_id == worker_id:
            raise SameWorker()
        leaving = self.worker_id
        self._transferred(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            from_worker_id=leaving,
            worker_id=worker_id,
            handover=handover,
            override_reason=override_reason,
        )
        return leaving

    def close(self, by: Actor, at: datetime, outcome: ClosureOutcome, summary: str) -> str | None:
        """End the support. Returns whose caseload the person leaves, if anyone's."""
        if self.status is Status.CLOSED:
            raise AlreadyClosed()
        if self.status not in (Status.ACCEPTED, Status.ALLOCATED):
            raise NotAccepted("Only a referral that was accepted can be closed.")
        leaving = self.worker_id
        self._closed(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            worker_id=leaving,
            outcome=outcome,
            summary=summary,
        )
        return leaving

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
        self.decisions: list[dict[str, Any]] = []
        self.allocations: list[dict[str, Any]] = []
        self.transfers: list[dict[str, Any]] = []
        self.closure: dict[str, Any] | None = None

    @event(Decided)
    def _decided(
        self,
        actor: Actor,
        timestamp: datetime,
        outcome: Outcome,
        rationale: str,
        reason_code: DeclineReason | None,
    ) -> None:
        self.status = DECIDED[outcome]
        self.decisions.append(
            {
                "outcome": outcome,
                "rationale": rationale,
                "reason_code": reason_code,
                "by": actor,
                "at": timestamp,
            }
        )

    @event(Allocated)
    def _allocated(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        worker_id: str,
        override_reason: str | None,
    ) -> None:
        self.status = Status.ALLOCATED
        self._joined(worker_id, actor, timestamp, override_reason)

    @event(Transferred)
    def _transferred(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        from_worker_id: str,
        worker_id: str,
        handover: str,
        override_reason: str | None,
    ) -> None:
        self._left(timestamp)
        self._joined(worker_id, actor, timestamp, override_reason)
        self.transfers.append(
            {
                "from_worker_id": from_worker_id,
                "worker_id": worker_id,
                "handover": handover,
                "override_reason": override_reason,
                "by": actor,
                "at": timestamp,
            }
        )

    @event(Closed)
    def _closed(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        worker_id: str | None,
        outcome: ClosureOutcome,
        summary: str,
    ) -> None:
        self._left(timestamp)
        self.status = Status.CLOSED
        self.closure = {"outcome": outcome, "summary": summary, "by": actor, "at": timestamp}

    def _joined(self, worker_id: str, by: Actor, at: datetime, override_reason: str | None) -> None:
        self.allocations.append(
            {
                "worker_id": worker_id,
                "by": by,
                "at": at,
                "override_reason": override_reason,
                "until": None,
            }
        )

    def _left(self, at: datetime) -> None:
        if self.allocation is not None:
            self.allocations[-1] = {**self.allocation, "until": at}

    @property
    def allocation(self) -> dict[str, Any] | None:
        """Whose caseload the person is on now. Those of before are in `allocations`."""
        last = self.allocations[-1] if self.allocations else None
        return last if last and last["until"] is None else None

    @property
    def last_worker_id(self) -> str | None:
        return str(self.allocations[-1]["worker_id"]) if self.allocations else None

    @property
    def worker_id(self) -> str | None:
        return self.last_worker_id if self.allocation else None

"""Whose caseload a person is on: allocated, handed over, ended."""

from datetime import datetime
from uuid import UUID

from eventsourcing.domain import event

from services.referrals.domain.referral.state import ReferralState, Status
from services.referrals.domain.refusals import (
    AlreadyAllocated,
    AlreadyClosed,
    NotAccepted,
    NotAllocated,
    SameWorker,
)
from shared.contracts.referrals import (
    ClosureOutcome,
    ReferralAllocated,
    ReferralClosed,
    ReferralTransferred,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class Allocating(ReferralState):
    """The person joins a worker's caseload, changes worker, and leaves."""

    class Allocated(ReferralAllocated, Aggregate.Event):
        pass

    class Transferred(ReferralTransferred, Aggregate.Event):
        pass

    class Closed(ReferralClosed, Aggregate.Event):
        pass

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

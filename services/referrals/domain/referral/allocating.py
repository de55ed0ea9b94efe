"""Whose caseload a person is on: allocated, moved to another's, ended."""

from datetime import datetime
from uuid import UUID

from eventsourcing.domain import event

from services.referrals.domain.referral.handing_over import HandingOver
from services.referrals.domain.referral.places import Place, Taken
from services.referrals.domain.referral.state import Status
from services.referrals.domain.refusals import (
    AlreadyAllocated,
    AlreadyClosed,
    CaseloadFull,
    NotAccepted,
    NotAllocated,
    SameWorker,
)
from shared.contracts.referrals import (
    CaseloadLimitOverridden,
    ClosureOutcome,
    ReferralAllocated,
    ReferralClosed,
    ReferralTransferred,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class Allocating(HandingOver):
    """The person joins a worker's caseload, changes worker, and leaves."""

    class Allocated(ReferralAllocated, Aggregate.Event):
        pass

    class LimitOverridden(CaseloadLimitOverridden, Aggregate.Event):
        pass

    class Transferred(ReferralTransferred, Aggregate.Event):
        pass

    class Closed(ReferralClosed, Aggregate.Event):
        pass

    @property
    def accepted_by(self) -> str | None:
        """The worker who accepted the person for themselves, if that is how it was decided."""
        last = self.decisions[-1] if self.decisions else None
        if last is None or (last["outcome"], last["route"]) != ("accepted", "worker"):
            return None
        return str(last["by"].staff_id)

    def allocate(self, by: Actor, at: datetime, place: Place, override_reason: str | None) -> None:
        """Raises `CaseloadFull` past the limit without a reason."""
        if self.status is Status.ALLOCATED:
            raise AlreadyAllocated()
        if self.status not in (Status.ACCEPTED, Status.WAITING):
            raise NotAccepted()
        if place.past_limit and override_reason is None:
            raise CaseloadFull()
        self._allocated(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            worker_id=place.worker_id,
            override_reason=override_reason,
            weight=place.weight,
        )
        self._override(by, at, place, override_reason)

    def transfer(
        self, by: Actor, at: datetime, place: Place, handover: str, override_reason: str | None
    ) -> Taken:
        """Hand the person over to another worker. Returns the place that they leave.

        Raises `CaseloadFull` past the limit without a reason.
        """
        leaving = self._taken()
        if leaving is None:
            raise NotAllocated()
        if leaving.worker_id == place.worker_id:
            raise SameWorker()
        if place.past_limit and override_reason is None:
            raise CaseloadFull()
        self._transferred(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            from_worker_id=leaving.worker_id,
            worker_id=place.worker_id,
            handover=handover,
            override_reason=override_reason,
            weight=place.weight,
        )
        self._override(by, at, place, override_reason)
        return leaving

    def close(
        self,
        by: Actor,
        at: datetime,
        outcome: ClosureOutcome,
        summary: str,
        disengagement_plan: str | None = None,
    ) -> Taken | None:
        """End the support. Returns the place that the person leaves, if they had one."""
        if self.status is Status.CLOSED:
            raise AlreadyClosed()
        if self.status not in (Status.ACCEPTED, Status.ALLOCATED):
            raise NotAccepted("Only a referral that was accepted can be closed.")
        leaving = self._taken()
        self._closed(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            worker_id=self.worker_id,
            outcome=outcome,
            summary=summary,
            disengagement_plan=disengagement_plan,
        )
        return leaving

    def _override(self, by: Actor, at: datetime, place: Place, reason: str | None) -> None:
        """A reason that was given though there was room overrides nothing."""
        if place.past_limit and reason is not None:
            self._limit_overridden(
                actor=by,
                timestamp=at,
                service_user_id=self.service_user_id,
                worker_id=place.worker_id,
                limit=place.limit,
                load=place.load,
                reason=reason,
            )

    @event(Allocated)
    def _allocated(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        worker_id: str,
        override_reason: str | None,
        weight: int,
    ) -> None:
        self.status = Status.ALLOCATED
        self._joined(worker_id, weight, actor, timestamp, override_reason)

    @event(LimitOverridden)
    def _limit_overridden(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        worker_id: str,
        limit: int,
        load: int,
        reason: str,
    ) -> None:
        self.allocations[-1] = {
            **self.allocations[-1],
            "overridden": {"limit": limit, "load": load},
        }

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
        weight: int,
    ) -> None:
        self._left(timestamp)
        self._joined(worker_id, weight, actor, timestamp, override_reason)
        self.transfers.append(
            {
                "from_worker_id": from_worker_id,
                "worker_id": worker_id,
                "handover": handover,
                "override_reason": override_reason,
                "by": actor,
                "at": timestamp,
                "accepted_at": None,
                "declined_at": None,
                "declined_because": None,
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
        disengagement_plan: str | None,
    ) -> None:
        self._left(timestamp)
        self.status = Status.CLOSED
        self.closure = {
            "outcome": outcome,
            "summary": summary,
            "disengagement_plan": disengagement_plan,
            "by": actor,
            "at": timestamp,
        }

    def _joined(
        self, worker_id: str, weight: int, by: Actor, at: datetime, override_reason: str | None
    ) -> None:
        self.allocations.append(
            {
                "worker_id": worker_id,
                "weight": weight,
                "by": by,
                "at": at,
                "override_reason": override_reason,
                "overridden": None,
                "until": None,
            }
        )

    def _left(self, at: datetime) -> None:
        if self.allocation is not None:
            self.allocations[-1] = {**self.allocation, "until": at}

    def _taken(self) -> Taken | None:
        place = self.allocation
        return Taken(place["worker_id"], place["weight"]) if place else None

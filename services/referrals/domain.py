"""Service users and their referrals to STR workers (HB 5.10 and 5.11)."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from shared.contracts.referrals import (
    ClosureOutcome,
    DeclineReason,
    LocalId,
    Outcome,
    PersonName,
    ReferralAllocated,
    ReferralClosed,
    ReferralDecided,
    ReferralReceived,
    ReferralTransferred,
    Referrer,
    RestrictionSet,
    ServiceUserRegistered,
    Source,
    Urgency,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.errors import Conflict, Forbidden, NoRelationship
from shared.kernel.relationship import Restriction


class AlreadyRegistered(Conflict):
    code = "already_registered"
    detail = "A service user with this NHS number is registered already."


class NothingChanged(Conflict):
    code = "nothing_changed"
    detail = "The restriction is as you would have it already."


class SelfNamed(Forbidden):
    code = "self_named"
    detail = "Nobody lets themselves into a restricted record; another IG lead may name you."


class AlreadyDecided(Conflict):
    code = "already_decided"
    detail = "This referral has been decided."


class NotAccepted(Conflict):
    code = "not_accepted"
    detail = "Only an accepted referral can be allocated."


class AlreadyAllocated(Conflict):
    code = "already_allocated"
    detail = "This referral is allocated already."


class NotAllocated(Conflict):
    code = "not_allocated"
    detail = "This referral is on nobody's caseload."


class SameWorker(Conflict):
    code = "same_worker"
    detail = "The person is on this worker's caseload already."


class AlreadyClosed(Conflict):
    code = "already_closed"
    detail = "This referral is closed."


class NotYoursToClose(Forbidden):
    code = "not_yours_to_close"
    detail = "Support ends with the worker, the person's care co-ordinator or a team manager."


class NotYourCaseload(Forbidden):
    code = "not_your_caseload"
    detail = "A caseload is for the worker, team managers and supervisors to read."


class CaseloadFull(Conflict):
    code = "caseload_full"
    detail = "The worker's caseload is at its limit. A manager may override with a reason."


class WorkerNotRegistered(Conflict):
    code = "worker_not_registered"
    detail = "The workforce register has no such worker at work."


class ServiceUser(Aggregate):
    """The person supported."""

    kind = "service-user"

    class Registered(ServiceUserRegistered, Aggregate.Created):
        pass

    class Restricted(RestrictionSet, Aggregate.Event):
        pass

    @classmethod
    def register(cls, by: Actor, at: datetime, id: UUID, **particulars: Any) -> Self:
        registered: Self = cls.begin(cls.Registered, id=id, at=at, actor=by, **particulars)
        return registered

    def may_restrict(self, by: Actor, named_staff: Collection[str]) -> None:
        """Raises `Forbidden` for someone who is kept from this record, or lets themselves in."""
        if by.staff_id in self.restriction.excluded:
            raise NoRelationship()
        if by.staff_id in named_staff and by.staff_id not in self.restriction.named:
            raise SelfNamed()

    def restrict(self, by: Actor, at: datetime, restriction: Restriction, reason: str) -> None:
        """Replace who may see this record. Raises `NothingChanged`."""
        if restriction == self.restriction:
            raise NothingChanged()
        self._restricted(
            actor=by,
            timestamp=at,
            restricted=restriction.restricted,
            named_staff=tuple(sorted(restriction.named)),
            excluded_staff=tuple(sorted(restriction.excluded)),
            reason=reason,
        )

    @event(Registered)
    def __init__(
        self,
        nhs_number: str | None,
        local_ids: tuple[LocalId, ...],
        name: PersonName,
        date_of_birth: date,
        team_id: str,
        care_coordinator_id: str | None,
    ) -> None:
        self.nhs_number = nhs_number
        self.local_ids = local_ids
        self.name = name
        self.date_of_birth = date_of_birth
        self.team = team_id
        self.care_coordinator_id = care_coordinator_id
        self.restriction = Restriction()

    @event(Restricted)
    def _restricted(
        self,
        actor: Actor,
        timestamp: datetime,
        restricted: bool,
        named_staff: tuple[str, ...],
        excluded_staff: tuple[str, ...],
        reason: str,
    ) -> None:
        self.restriction = Restriction(
            restricted, frozenset(named_staff), frozenset(excluded_staff)
        )

    @property
    def subject(self) -> str:
        return str(self.id)

    @property
    def team_id(self) -> str:
        return self.team


class Status(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ALLOCATED = "allocated"
    CLOSED = "closed"


DECIDED: dict[Outcome, Status] = {"accepted": Status.ACCEPTED, "declined": Status.DECLINED}


class Referral(Aggregate):
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
        urgency: Urgency,
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

    @property
    def subject(self) -> str:
        return str(self.service_user_id)

    @property
    def team_id(self) -> str:
        return self.team

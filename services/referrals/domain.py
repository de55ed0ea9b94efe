"""Service users and their referrals to STR workers (HB 5.10 and 5.11)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from shared.contracts.referrals import (
    DeclineReason,
    LocalId,
    Outcome,
    PersonName,
    ReferralAllocated,
    ReferralDecided,
    ReferralReceived,
    Referrer,
    ServiceUserRegistered,
    Source,
    Urgency,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.errors import Conflict


class AlreadyRegistered(Conflict):
    code = "already_registered"
    detail = "A service user with this NHS number is registered already."


class AlreadyDecided(Conflict):
    code = "already_decided"
    detail = "This referral has been decided."


class NotAccepted(Conflict):
    code = "not_accepted"
    detail = "Only an accepted referral can be allocated."


class AlreadyAllocated(Conflict):
    code = "already_allocated"
    detail = "This referral is allocated already."


class CaseloadFull(Conflict):
    code = "caseload_full"
    detail = "The worker's caseload is at its limit. A manager may override with a reason."


class WorkerNotRegistered(Conflict):
    code = "worker_not_registered"
    detail = "The workforce register has no such worker at work."


class ServiceUser(Aggregate):
    """The person supported."""

    kind = "service-user"
    owns_key = True

    class Registered(ServiceUserRegistered, Aggregate.Created):
        pass

    @classmethod
    def register(cls, by: Actor, at: datetime, id: UUID, **particulars: Any) -> Self:
        registered: Self = cls.begin(cls.Registered, id=id, at=at, actor=by, **particulars)
        return registered

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

    @property
    def subject(self) -> str:
        return str(self.id)

    @property
    def data_subject(self) -> str:
        return f"service-user:{self.id}"

    @property
    def team_id(self) -> str:
        return self.team


class Status(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ALLOCATED = "allocated"


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
        self.allocation: dict[str, Any] | None = None

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
        self.allocation = {
            "worker_id": worker_id,
            "by": actor,
            "at": timestamp,
            "override_reason": override_reason,
        }

    @property
    def subject(self) -> str:
        return str(self.service_user_id)

    @property
    def data_subject(self) -> str:
        return f"service-user:{self.service_user_id}"

    @property
    def team_id(self) -> str:
        return self.team

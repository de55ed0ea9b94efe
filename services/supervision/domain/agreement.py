"""An agreement of supervision: one worker, one supervisor, one kind (HB 5.21, 5.22)."""

from datetime import date, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from services.supervision.domain.confidential import Confidential
from services.supervision.domain.refusals import (
    AgreementEnded,
    AlreadyAccepted,
    IntervalNeeded,
    IntervalTooLong,
    KindNotInPolicy,
    OwnSupervisor,
)
from shared.contracts.supervision import (
    Limit,
    Party,
    SupervisionAgreed,
    SupervisionAgreementAccepted,
    SupervisionAgreementEnded,
    SupervisionRules,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.days import local_day

DAY = timedelta(days=1)
GAVE_WAY = "Another agreement took its place."


class Agreement(Confidential):
    """How often, from whom, what for. It ends; a change is another agreement."""

    kind = "supervision-agreement"

    class Agreed(SupervisionAgreed, Aggregate.Created):
        pass

    class Accepted(SupervisionAgreementAccepted, Aggregate.Event):
        pass

    class Ended(SupervisionAgreementEnded, Aggregate.Event):
        pass

    @classmethod
    def agree(cls, by: Actor, at: datetime, id: UUID, **facts: Any) -> Self:
        """Raises `OwnSupervisor`."""
        if facts["worker_id"] == facts["supervisor_id"]:
            raise OwnSupervisor()
        agreed: Self = cls.begin(cls.Agreed, id=id, at=at, actor=by, **facts)
        return agreed

    def parties(self) -> dict[str, Any]:
        """What a session under it takes from it."""
        return {
            "agreement_id": self.id,
            "worker_id": self.worker_id,
            "supervisor_id": self.supervisor_id,
            "team_id": self.team,
            "kind": self.of_kind,
        }

    def refuse_ended(self, on: date) -> None:
        """Raises `AgreementEnded` for a day after its last."""
        if self.ended_on is not None and on > self.ended_on:
            raise AgreementEnded(ended_on=self.ended_on)

    def accept(self, by: Actor, at: datetime) -> None:
        """By whoever of the two has not said so yet. Raises `Confidential`, `AlreadyAccepted`,
        `AgreementEnded`."""
        party = self.party(by.staff_id)
        if self.ended_on is not None:
            raise AgreementEnded()
        if party in self.accepted:
            raise AlreadyAccepted()
        self._accepted(actor=by, timestamp=at, party=party)

    def give_way(self, by: Actor, at: datetime, other: Self) -> None:
        """End before another begins: yesterday at the earliest, so that what was due stays due."""
        last = max(local_day(at) - DAY, self.starts_on, other.starts_on - DAY)
        self.end(by, at, last, GAVE_WAY)

    def end(self, by: Actor, at: datetime, ended_on: date, reason: str) -> None:
        if self.ended_on is not None:
            raise AgreementEnded()
        self._ended(actor=by, timestamp=at, ended_on=ended_on, reason=reason)

    @event(Agreed)
    def __init__(
        self,
        actor: Actor,
        worker_id: str,
        supervisor_id: str,
        team_id: str,
        kind: str,
        interval_weeks: int | None,
        starts_on: date,
        limits: tuple[Limit, ...],
        policy_version: int,
        purpose: str,
        further_limits: str | None,
    ) -> None:
        self.agreed_by = actor
        self.worker_id, self.supervisor_id, self.team = worker_id, supervisor_id, team_id
        self.of_kind = kind
        self.interval_weeks = interval_weeks
        self.starts_on = starts_on
        self.limits = limits
        self.policy_version = policy_version
        self.purpose = purpose
        self.further_limits = further_limits
        self.ended_on: date | None = None
        self.end_reason: str | None = None
        self.accepted: dict[Party, dict[str, Any]] = {}
        if (party := self.party_of(actor.staff_id)) is not None:
            self.accepted[party] = {"by": actor, "at": self.created_on}

    @event(Accepted)
    def _accepted(self, actor: Actor, timestamp: datetime, party: Party) -> None:
        self.accepted[party] = {"by": actor, "at": timestamp}

    @event(Ended)
    def _ended(self, actor: Actor, timestamp: datetime, ended_on: date, reason: str) -> None:
        self.ended_on = ended_on
        self.end_reason = reason


def refuse_terms(rules: SupervisionRules, kind: str, interval_weeks: int | None) -> None:
    """Whether a team's policy has room for it. Raises `KindNotInPolicy`, `IntervalNeeded`,
    `IntervalTooLong`."""
    rule = next((each for each in rules.kinds if each.kind == kind), None)
    if rule is None:
        raise KindNotInPolicy(kinds=[each.kind for each in rules.kinds])
    longest = rule.longest_interval_weeks
    if longest is None:
        return
    if interval_weeks is None:
        raise IntervalNeeded(longest_interval_weeks=longest)
    if interval_weeks > longest:
        raise IntervalTooLong(longest_interval_weeks=longest)

"""A team's record-keeping policy: published by its manager, loosened by two (domain, section 3)."""

from datetime import datetime
from typing import Any, Self

from eventsourcing.domain import CanMutateAggregate, event
from eventsourcing.utils import get_topic

from services.notes.domain.refusals import (
    BelowTrustFloor,
    EffectiveInThePast,
    LooseningNeedsCommittee,
    NoProposal,
    NothingChanged,
    OwnProposal,
)
from services.notes.policy import DEFAULT, Draft, Version, in_force, loosened
from shared.contracts.notes import (
    RecordKeepingPolicyDeclined,
    RecordKeepingPolicyProposed,
    RecordKeepingPolicyPublished,
    RecordKeepingRules,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.ids import named_id


class FirstOrLater(Aggregate.Created):
    """An event that may begin a policy or go on with it."""

    def mutate(self, aggregate: Any) -> Any:
        if aggregate is None:
            return super().mutate(None)
        return CanMutateAggregate.mutate(self, aggregate)


class RecordKeepingPolicy(Aggregate):
    """A team's own versions, numbered on from the shipped one, and what awaits a second person.

    `floor` comes in with each command: it is the deployment's, and may have been raised since.
    """

    kind = "record-keeping-policy"

    class Proposed(RecordKeepingPolicyProposed, FirstOrLater):
        def apply(self, aggregate: Any) -> None:
            aggregate.proposal = {
                "rules": self.rules,
                "effective_from": self.effective_from,
                "loosened": self.loosened,
                "committee_reference": self.committee_reference,
                "review_on": self.review_on,
                "proposed_by": self.actor.staff_id,
                "proposed_at": self.timestamp,
            }

    class Published(RecordKeepingPolicyPublished, FirstOrLater):
        def apply(self, aggregate: Any) -> None:
            aggregate.proposal = None
            aggregate.versions = (
                *aggregate.versions,
                Version(
                    policy_version=self.policy_version,
                    rules=self.rules,
                    effective_from=self.effective_from,
                    published_at=self.timestamp,
                    proposed_by=self.proposed_by,
                    approved_by=self.approved_by,
                    loosened=self.loosened,
                    committee_reference=self.committee_reference,
                    review_on=self.review_on,
                    reason=self.reason,
                ),
            )

    class Declined(RecordKeepingPolicyDeclined, Aggregate.Event):
        pass

    @classmethod
    def begin_with(
        cls, by: Actor, at: datetime, team_id: str, draft: Draft, floor: RecordKeepingRules
    ) -> Self:
        """A team's first policy of its own, or the proposal of one."""
        event_class, facts = cls._decided((), by, at, draft, floor)
        begun: Self = cls.begin(
            event_class,
            id=named_id(cls.kind, team_id),
            at=at,
            actor=by,
            team_id=team_id,
            **facts,
        )
        return begun

    def replace(self, by: Actor, at: datetime, draft: Draft, floor: RecordKeepingRules) -> None:
        """Another version, or another proposal. Either takes the place of a pending one."""
        event_class, facts = self._decided(self.versions, by, at, draft, floor)
        self._happened(event_class, by, at, **facts)

    def approve(
        self, by: Actor, at: datetime, reason: str | None, floor: RecordKeepingRules
    ) -> None:
        """A second person puts what was proposed in force, from now if its time has passed."""
        proposal = self._pending(by)
        rules, effective_from = proposal["rules"], max(proposal["effective_from"], at)
        _refuse_below(floor, rules)
        self._happened(
            self.Published,
            by,
            at,
            policy_version=_number(self.versions),
            rules=rules,
            effective_from=effective_from,
            proposed_by=proposal["proposed_by"],
            approved_by=by.staff_id,
            loosened=loosened(in_force(self.versions, effective_from).rules, rules),
            committee_reference=proposal["committee_reference"],
            review_on=proposal["review_on"],
            reason=reason,
        )

    def decline(self, by: Actor, at: datetime, reason: str) -> None:
        self._pending(by)
        self._declined(actor=by, timestamp=at, team_id=self.team, reason=reason)

    def refuse_proposer(self, by: Actor) -> None:
        """What one person proposed is for another to decide."""
        if self.proposal and self.proposal["proposed_by"] == by.staff_id:
            raise OwnProposal()

    @event(Published)
    def __init__(self, team_id: str) -> None:
        self.team = team_id
        self.versions: tuple[Version, ...] = ()
        self.proposal: dict[str, Any] | None = None

    @event(Declined)
    def _declined(self, actor: Actor, timestamp: datetime, team_id: str, reason: str) -> None:
        self.proposal = None

    def _pending(self, by: Actor) -> dict[str, Any]:
        self.refuse_proposer(by)
        if self.proposal is None:
            raise NoProposal()
        return self.proposal

    def _happened(self, event_class: type[Any], by: Actor, at: datetime, **facts: Any) -> None:
        self.trigger_event(
            event_class,
            originator_topic=get_topic(type(self)),
            actor=by,
            timestamp=at,
            team_id=self.team,
            **facts,
        )

    @classmethod
    def _decided(
        cls,
        versions: tuple[Version, ...],
        by: Actor,
        at: datetime,
        draft: Draft,
        floor: RecordKeepingRules,
    ) -> tuple[type[Any], dict[str, Any]]:
        """The event that a draft becomes: published at once, unless it loosens what it follows."""
        effective_from = at if draft.effective_from is None else draft.effective_from
        if effective_from < at:
            raise EffectiveInThePast()
        before = in_force(versions, effective_from).rules
        if draft.rules == before:
            raise NothingChanged("These are the rules that are in force then already.")
        _refuse_below(floor, draft.rules)
        looser = loosened(before, draft.rules)
        facts: dict[str, Any] = {
            "rules": draft.rules,
            "effective_from": effective_from,
            "loosened": looser,
            "committee_reference": draft.committee_reference,
            "review_on": draft.review_on,
        }
        if not looser:
            number = _number(versions)
            return cls.Published, {**facts, "policy_version": number, "proposed_by": by.staff_id}
        if draft.committee_reference is None or draft.review_on is None:
            raise LooseningNeedsCommittee(loosened=looser)
        return cls.Proposed, facts

    @property
    def subject(self) -> str:
        return self.team

    @property
    def resource_id(self) -> str:
        return self.team

    @property
    def team_id(self) -> str:
        return self.team


def _number(versions: tuple[Version, ...]) -> int:
    return DEFAULT.policy_version + len(versions) + 1


def _refuse_below(floor: RecordKeepingRules, rules: RecordKeepingRules) -> None:
    if below := loosened(floor, rules):
        raise BelowTrustFloor(loosened=below)

"""A team's policy: published by its manager, loosened by two (ADR 12)."""

from datetime import datetime
from typing import Any, ClassVar, Generic, Self

from eventsourcing.domain import CanMutateAggregate
from eventsourcing.utils import get_topic

from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.ids import named_id
from shared.kernel.team_policy.dating import Draft, InForce, R, Version, in_force, next_after
from shared.kernel.team_policy.refusals import (
    BelowTrustFloor,
    EffectiveInThePast,
    LooseningNeedsCommittee,
    NoProposal,
    NothingChanged,
    OwnProposal,
)


class FirstOrLater(Aggregate.Created):
    """An event that may begin a policy or go on with it."""

    def mutate(self, aggregate: Any) -> Any:
        if aggregate is None:
            return super().mutate(None)
        return CanMutateAggregate.mutate(self, aggregate)

    def apply(self, aggregate: Any) -> None:
        aggregate.team = vars(self)["team_id"]


class TeamPolicy(Aggregate, Generic[R]):
    """A team's own versions, numbered on from the shipped one, and what awaits a second person.

    A service's policy says its `kind`, what is `shipped` and what is `loosened`, and declares its
    events by adding its contract to each of these. `floor` comes in with each command: it is the
    deployment's, and may have been raised since.
    """

    shipped: ClassVar[InForce[Any]]
    team = ""
    versions: tuple[Version[R], ...] = ()
    proposal: dict[str, Any] | None = None

    class Proposed(FirstOrLater):
        def apply(self, aggregate: Any) -> None:
            super().apply(aggregate)
            said = vars(self)
            aggregate.proposal = {
                "rules": said["rules"],
                "effective_from": said["effective_from"],
                "loosened": said["loosened"],
                "committee_reference": said["committee_reference"],
                "review_on": said["review_on"],
                "proposed_by": self.actor.staff_id,
                "proposed_at": self.timestamp,
            }

    class Published(FirstOrLater):
        def apply(self, aggregate: Any) -> None:
            super().apply(aggregate)
            said = vars(self)
            aggregate.proposal = None
            version = Version(
                policy_version=said["policy_version"],
                rules=said["rules"],
                effective_from=said["effective_from"],
                published_at=self.timestamp,
                proposed_by=said["proposed_by"],
                approved_by=said["approved_by"],
                loosened=said["loosened"],
                committee_reference=said["committee_reference"],
                review_on=said["review_on"],
                reason=said["reason"],
            )
            aggregate.versions = (*aggregate.versions, version)

    class Declined(Aggregate.Event):
        def apply(self, aggregate: Any) -> None:
            aggregate.proposal = None

    @staticmethod
    def loosened(before: Any, after: Any) -> tuple[str, ...]:
        """The names of the rules that are looser than before: a pure function of the service's."""
        raise NotImplementedError

    @classmethod
    def begin_with(cls, by: Actor, at: datetime, team_id: str, draft: Draft[R], floor: R) -> Self:
        """A team's first policy of its own, or the proposal of one."""
        event_class, facts = cls._decided((), by, at, draft, floor)
        begun: Self = cls.begin(
            event_class, id=cls.stream_of(team_id), at=at, actor=by, team_id=team_id, **facts
        )
        return begun

    @classmethod
    def stream_of(cls, team_id: str) -> Any:
        """The id of the one stream in which a team's policy is."""
        return named_id(cls.kind, team_id)

    def replace(self, by: Actor, at: datetime, draft: Draft[R], floor: R) -> None:
        """Another version, or another proposal. Either takes the place of a pending one."""
        event_class, facts = self._decided(self.versions, by, at, draft, floor)
        self._happened(event_class, by, at, **facts)

    def approve(self, by: Actor, at: datetime, reason: str | None, floor: R) -> None:
        """A second person puts what was proposed in force, from now if its time has passed."""
        proposal = self._pending(by)
        rules, effective_from = proposal["rules"], max(proposal["effective_from"], at)
        self._refuse_below(floor, rules)
        before = in_force(self.versions, effective_from, self.shipped)
        self._happened(
            self.Published,
            by,
            at,
            policy_version=self._number(self.versions),
            rules=rules,
            effective_from=effective_from,
            proposed_by=proposal["proposed_by"],
            approved_by=by.staff_id,
            loosened=self.loosened(before.rules, rules),
            committee_reference=proposal["committee_reference"],
            review_on=proposal["review_on"],
            reason=reason,
        )

    def decline(self, by: Actor, at: datetime, reason: str) -> None:
        self._pending(by)
        self.trigger_event(self.Declined, actor=by, timestamp=at, team_id=self.team, reason=reason)

    def refuse_proposer(self, by: Actor) -> None:
        """What one person proposed is for another to decide."""
        if self.proposal and self.proposal["proposed_by"] == by.staff_id:
            raise OwnProposal()

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
        cls, versions: tuple[Version[R], ...], by: Actor, at: datetime, draft: Draft[R], floor: R
    ) -> tuple[type[Any], dict[str, Any]]:
        """The event that a draft becomes: published at once, unless it loosens what it follows."""
        effective_from = at if draft.effective_from is None else draft.effective_from
        if effective_from < at:
            raise EffectiveInThePast()
        before = in_force(versions, effective_from, cls.shipped).rules
        if draft.rules == before:
            raise NothingChanged()
        cls._refuse_below(floor, draft.rules)
        looser = cls._looser(versions, before, effective_from, draft.rules)
        facts: dict[str, Any] = {
            "rules": draft.rules,
            "effective_from": effective_from,
            "loosened": looser,
            "committee_reference": draft.committee_reference,
            "review_on": draft.review_on,
        }
        if not looser:
            number = cls._number(versions)
            return cls.Published, {**facts, "policy_version": number, "proposed_by": by.staff_id}
        if draft.committee_reference is None or draft.review_on is None:
            raise LooseningNeedsCommittee(loosened=looser)
        return cls.Proposed, facts

    @classmethod
    def _looser(
        cls, versions: tuple[Version[R], ...], before: R, effective_from: datetime, rules: R
    ) -> tuple[str, ...]:
        """What is looser than before; and what the version that follows would loosen of these
        rules, though nobody allowed it to: no date makes up for a second person."""
        found = set(cls.loosened(before, rules))
        if following := next_after(versions, effective_from):
            found |= {*cls.loosened(rules, following.rules)} - {*following.loosened}
        return tuple(name for name in vars(rules) if name in found)

    @classmethod
    def _number(cls, versions: tuple[Version[R], ...]) -> int:
        return cls.shipped.policy_version + len(versions) + 1

    @classmethod
    def _refuse_below(cls, floor: R, rules: R) -> None:
        if below := cls.loosened(floor, rules):
            raise BelowTrustFloor(loosened=below)

    @property
    def subject(self) -> str:
        return self.team

    @property
    def resource_id(self) -> str:
        return self.team

    @property
    def team_id(self) -> str:
        return self.team

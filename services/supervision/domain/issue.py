"""An organisational issue on its formal route (HB 5.23): raised, routed, answered, closed."""

from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from eventsourcing.domain import event

from services.supervision.domain.refusals import (
    AlreadyOnThisRoute,
    IssueIsClosed,
    NotAnsweredYet,
    NotYoursToAnswer,
    NotYoursToWithdraw,
)
from shared.contracts.supervision import (
    IssueAnswered,
    IssueClosed,
    IssueOutcome,
    IssueRaised,
    IssueRoute,
    IssueRouted,
    IssueTopic,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.days import local_day

IssueStatus = Literal["raised", "routed", "answered", "closed"]
WITHHELD = "withheld"


def in_confidence(by: Actor) -> Actor:
    """Whoever raised an issue, as everything in clear that they do as its raiser has them."""
    return Actor(WITHHELD, "Raised in confidence", by.role)


class Issue(Aggregate):
    """About the work, and about nobody: it is the team's, under a key of its own."""

    kind = "issue"
    owns_key = True

    class Raised(IssueRaised, Aggregate.Created):
        pass

    class Routed(IssueRouted, Aggregate.Event):
        pass

    class Answered(IssueAnswered, Aggregate.Event):
        pass

    class Closed(IssueClosed, Aggregate.Event):
        pass

    @classmethod
    def raise_one(cls, by: Actor, at: datetime, id: UUID, **facts: Any) -> Self:
        """`id` says nothing of when it was raised, and the actor nothing of who did."""
        hidden = in_confidence(by)
        raised: Self = cls.begin(
            cls.Raised, id=id, at=at, actor=hidden, raised_by=by.staff_id, **facts
        )
        return raised

    def is_raisers(self, by: Actor) -> bool:
        return by.staff_id == self.raised_by

    def refuse_others(self, routes: frozenset[IssueRoute]) -> None:
        """It is for whoever answers for its route, of the `routes` that are theirs."""
        if self.route not in routes:
            raise NotYoursToAnswer()

    def hand_on(
        self,
        by: Actor,
        at: datetime,
        route: IssueRoute,
        answer_by: datetime,
        version: int,
        why: str,
    ) -> None:
        """To the other route, which has its own time to answer, by a version of the policy."""
        self._refuse_closed()
        if route == self.route:
            raise AlreadyOnThisRoute()
        self._routed(
            actor=by,
            timestamp=at,
            route=route,
            answer_by=answer_by,
            policy_version=version,
            reason=why,
        )

    def answer(self, by: Actor, at: datetime, answer: str) -> None:
        """As often as there is something to say."""
        self._refuse_closed()
        self._answered(actor=by, timestamp=at, answer=answer)

    def close(self, by: Actor, at: datetime, outcome: IssueOutcome, reason: str) -> None:
        """Whoever raised it may at any time, and only they withdraw it; others once answered."""
        self._refuse_closed()
        if self.is_raisers(by):
            by = in_confidence(by)
        else:
            if outcome == "withdrawn":
                raise NotYoursToWithdraw()
            if self.status != "answered":
                raise NotAnsweredYet()
        self._closed(actor=by, timestamp=at, outcome=outcome, reason=reason)

    def _refuse_closed(self) -> None:
        if self.closed:
            raise IssueIsClosed()

    @event(Raised)
    def __init__(
        self,
        team_id: str,
        route: IssueRoute,
        topic: IssueTopic,
        answer_by: datetime,
        names_raiser: bool,
        policy_version: int,
        description: str,
        raised_by: str | None,
    ) -> None:
        self.raised_by = raised_by
        self.team = team_id
        self.route: IssueRoute = route
        self.topic = topic
        self.answer_by = answer_by
        self.names_raiser = names_raiser
        self.policy_version = policy_version
        self.description = description
        self.status: IssueStatus = "raised"
        self.routings: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []
        self.closed: dict[str, Any] | None = None

    @event(Routed)
    def _routed(
        self,
        actor: Actor,
        timestamp: datetime,
        route: IssueRoute,
        answer_by: datetime,
        policy_version: int,
        reason: str,
    ) -> None:
        self.route, self.answer_by, self.status = route, answer_by, "routed"
        self.policy_version = policy_version
        self.routings.append({"route": route, "reason": reason, "by": actor, "at": timestamp})

    @event(Answered)
    def _answered(self, actor: Actor, timestamp: datetime, answer: str) -> None:
        self.status = "answered"
        self.answers.append({"answer": answer, "route": self.route, "by": actor, "at": timestamp})

    @event(Closed)
    def _closed(
        self, actor: Actor, timestamp: datetime, outcome: IssueOutcome, reason: str
    ) -> None:
        self.status = "closed"
        by_raiser = actor.staff_id == WITHHELD
        self.closed = {
            "outcome": outcome,
            "reason": reason,
            "by_raiser": by_raiser,
            "by": None if by_raiser else actor,
            "on": local_day(timestamp),
        }

    @property
    def awaits_answer(self) -> bool:
        return self.status in ("raised", "routed")

    @property
    def subject(self) -> str:
        return self.team

    @property
    def data_subject(self) -> str:
        return f"issue:{self.id}"

    @property
    def team_id(self) -> str:
        return self.team

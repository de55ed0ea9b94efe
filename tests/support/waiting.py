"""Stories of people who are referred, wait, are asked about and come off the list; and an oracle.

The oracle walks minute by minute and counts: it knows nothing of clocks, ranks or columns.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

PRIORITIES = ("emergency", "very_urgent", "urgent", "routine")
PEOPLE = 5
_priority = st.sampled_from(PRIORITIES)


@dataclass(frozen=True)
class Step:
    """What is done to whose referral, so many minutes after the step before."""

    does: str
    person: int
    after: int
    priority: str | None = None
    ago: int = 0


def _step(does: str, **more: Any) -> st.SearchStrategy[Step]:
    return st.builds(
        Step, st.just(does), st.integers(0, PEOPLE - 1), st.sampled_from((0, 1, 7, 90)), **more
    )


_some = st.one_of(st.none(), _priority)
_ANYTHING = st.one_of(
    _step("ask"),
    _step("answer"),
    _step("review", priority=_some),
    _step("request"),
    _step("assess"),
    _step("list", priority=_some),
    _step("accept", priority=_some),
    _step("withdraw"),
    _step("decline"),
)
STEPS = st.tuples(
    st.permutations(range(PEOPLE)).map(lambda order: [Step("list", each, 1) for each in order]),
    st.lists(_ANYTHING, min_size=4, max_size=24),
    st.integers(0, PEOPLE),
).map(lambda told: told[0][: told[2]] + told[1])
"""Some are put on the list at first, since that is where most of it happens."""
REFERRALS = st.lists(
    st.builds(Step, st.just("receive"), st.just(0), st.just(0), _priority, st.integers(0, 200)),
    min_size=PEOPLE,
    max_size=PEOPLE,
)


@dataclass
class Person:
    """What anyone would say of somebody's referral. Minutes are counted from the story's start."""

    id: UUID
    priority: str
    received: int
    listed: bool = False
    asked: bool = False
    assessing: bool = False
    accepted: bool = False
    ended: bool = False
    stood_still: int = 0

    @property
    def waits(self) -> bool:
        return self.listed and not (self.asked or self.assessing or self.accepted or self.ended)

    def may(self, does: str) -> bool:
        if self.ended:
            return False
        return {
            "ask": not self.asked,
            "answer": self.asked,
            "review": self.waits,
            "request": not self.accepted and not self.assessing,
            "assess": True,
        }.get(does, True)

    def does(self, step: Step) -> None:
        if step.does in ("list", "accept", "decline", "withdraw"):
            self.asked = self.assessing = self.accepted = False
        if step.does in ("list", "accept", "review"):
            self.priority = step.priority or self.priority
        match step.does:
            case "list":
                self.listed = True
            case "ask":
                self.asked, self.accepted = True, False
            case "answer":
                self.asked = False
            case "accept":
                self.accepted = True
            case "decline" | "withdraw":
                self.ended = True
            case "request":
                self.assessing = True
            case "assess":
                self.assessing = False


@dataclass
class Oracle:
    now: int = 0
    people: list[Person] = field(default_factory=list)

    def pass_time(self, minutes: int) -> None:
        for _ in range(minutes):
            self.now += 1
            for each in self.people:
                each.stood_still += each.asked

    def waited(self, person: Person) -> int:
        return self.now - person.received - person.stood_still

    def waiting(self) -> list[Person]:
        """Who waits: the most pressing first, of these who has waited longest."""
        return sorted(
            (each for each in self.people if each.waits),
            key=lambda each: (PRIORITIES.index(each.priority), -self.waited(each), each.id),
        )

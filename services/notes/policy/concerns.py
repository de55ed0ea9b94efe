"""To whom a concern goes, and when: pure functions of a team's rules and of who is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.notes.policy.rules import InForce
from shared.contracts.notes import Recipient, RecordKeepingRules, Urgency
from shared.kernel.relationship import Person, Staff


@dataclass(frozen=True, slots=True)
class About:
    """Who is about a person at a moment. `unreachable` have left, or are excluded from the record;
    those whom the concern names are so too."""

    care_coordinator_id: str | None = None
    on_duty: frozenset[str] = frozenset()
    line_manager_id: str | None = None
    team: frozenset[str] = frozenset()
    named_only: frozenset[str] | None = None
    """Of a restricted record, who may see it: the others can't answer until it reaches them."""
    unreachable: frozenset[str] = frozenset()

    def reachable(self, *staff: str | None) -> tuple[str, ...]:
        """Those of some staff to whom a concern may go, each once."""
        return tuple(sorted({each for each in staff if each} - self.unreachable))


@dataclass(frozen=True)
class Clock:
    """To whom a concern goes, by when one of them answers, and by which rules."""

    routed_to: tuple[str, ...]
    acknowledge_by: datetime
    policy_version: int


def starts(in_force: InForce, urgency: Urgency, about: About, at: datetime) -> Clock:
    """The clock that starts when a concern is raised, upgraded or reopened. It runs through the
    night."""
    rules = in_force.rules
    urgent = urgency == "urgent"
    hours = rules.acknowledge_urgent_hours if urgent else rules.acknowledge_hours
    return Clock(routed_to(about), at + timedelta(hours=hours), in_force.policy_version)


def routed_to(about: About) -> tuple[str, ...]:
    """The care co-ordinator, and whoever is on duty now: a rota, not a job title."""
    found = about.reachable(about.care_coordinator_id, *about.on_duty)
    return tuple(each for each in found if about.named_only is None or each in about.named_only)


def escalated_to(
    rules: RecordKeepingRules, position: int, about: About
) -> tuple[int, Recipient, tuple[str, ...]]:
    """How far along the policy's chain a step gets, and whom it reaches there; the chain begins
    again after its end.

    A recipient who can't be reached is passed over at once for the next, once round the chain.
    Nobody at all: the recipient whose turn it was, and no one.
    """
    chain = rules.escalate_to
    for further in range(position, position + len(chain)):
        recipient = chain[further % len(chain)]
        if found := about.reachable(*_recipients(rules, recipient, about)):
            return further, recipient, found
    return position, chain[position % len(chain)], ()


def _recipients(
    rules: RecordKeepingRules, recipient: Recipient, about: About
) -> Iterable[str | None]:
    match recipient:
        case "duty":
            return about.on_duty
        case "care_coordinator":
            return (about.care_coordinator_id,)
        case "line_manager":
            return (about.line_manager_id,)
        case "team":
            return about.team if about.named_only is None else about.team & about.named_only
        case "named":
            return rules.escalate_named


def next_step(rules: RecordKeepingRules, taken_at: datetime) -> datetime:
    """When the next step is due, counted from when this one was taken: one that comes late is not
    repeated for the time that passed, or a night without a worker would end in a storm."""
    return taken_at + timedelta(minutes=rules.escalate_every_minutes)


def answers(concern_id: UUID, person: Person, staff: Staff, at: datetime) -> bool:
    """Whether it is for someone to answer a concern: the care co-ordinator, whoever is on duty for
    the team, or someone whom this concern was escalated to."""
    return (
        staff.staff_id in person.coordinators
        or not person.teams.isdisjoint(staff.answers_for(at))
        or any(each.concern_id == concern_id and each.covers(at) for each in staff.escalations)
    )

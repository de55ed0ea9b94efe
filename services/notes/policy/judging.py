"""What a team's rules say of a version of a note: pure functions of policy and facts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.notes.policy.calendar import end_of_working_day
from services.notes.policy.rules import InForce
from shared.contracts.notes import (
    Account,
    Contact,
    Flag,
    Outstanding,
    Reason,
    Requirement,
)
from shared.kernel.errors import Malformed

PRACTITIONERS = frozenset({"registered_practitioner", "care_coordinator"})
"""Roles whose holders are expected to be in the register with a registration."""
FUTURE_ALLOWED = timedelta(seconds=60)
"""How far ahead of our clock a client's may be."""


@dataclass(frozen=True, slots=True)
class Author:
    """What is known of the author when the note is recorded."""

    registered: bool
    related: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """What policy says of a version of a note. Nothing that happened is refused: it is flagged."""

    flags: tuple[Flag, ...]
    outstanding: tuple[Outstanding, ...]
    countersignature: Requirement


def refuse_future(occurred_at: datetime, now: datetime) -> None:
    """What has not happened yet can't be recorded as if it had."""
    if occurred_at > now + FUTURE_ALLOWED:
        raise Malformed("occurred_at is in the future", "#/occurred_at")


def judge(
    policy: InForce,
    author: Author,
    contact: Contact,
    account: Account,
    recorded_at: datetime,
    at: datetime,
    before: Judgement | None = None,
) -> Judgement:
    """Flags, what is outstanding, and whether a countersignature is due (NMC 10.1, HB 5.15).

    `recorded_at` is when the note was first recorded, `at` when this version was. `before` is what
    was judged of the version that an amendment replaces: what was once late, outside the role or a
    concern stays so, whatever the amendment says.
    """
    flagged = before.flags if before else ()
    asked = before.countersignature.reasons if before else ()
    late = (
        recorded_at - contact.occurred_at > timedelta(hours=policy.rules.late_after_hours)
        or "late" in flagged
    )
    outside = "outside_role" in flagged or any(
        each.practice == "outside_role" for each in account.boundary_activities
    )
    concern = account.concern is not None or "concern_raised" in asked
    flags: list[Flag] = []
    if late:
        flags.append("late")
    if not author.related:
        flags.append("no_relationship")
    if outside:
        flags.append("outside_role")
    reasons: list[Reason] = []
    if not author.registered:
        reasons.append("author_not_registered")
    if outside:
        reasons.append("outside_role")
    if reasons and concern:
        reasons.append("concern_raised")
    due = _due(policy, at, concern=concern) if reasons else None
    return Judgement(
        flags=tuple(flags),
        outstanding=("late_entry_reason",) if late and not account.late_entry_reason else (),
        countersignature=Requirement(
            required=bool(reasons),
            due_at=due,
            policy_version=policy.policy_version,
            reasons=tuple(reasons),
        ),
    )


def _due(policy: InForce, at: datetime, *, concern: bool) -> datetime:
    if concern:
        return at + timedelta(hours=policy.rules.countersign_after_concern_hours)
    return end_of_working_day(at, policy.rules.countersign_working_days)

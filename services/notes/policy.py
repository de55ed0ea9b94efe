"""The record-keeping policy: rules that are data, and pure functions of policy and facts.

The values are Countersign's defaults (domain, section 3); none is a national rule.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from shared.contracts.notes import (
    Account,
    Basis,
    Contact,
    Flag,
    Outstanding,
    Reason,
    Requirement,
)
from shared.kernel.errors import Malformed
from shared.kernel.relationship import Shift

PRACTITIONERS = frozenset({"registered_practitioner", "care_coordinator"})
"""Roles whose holders are expected to be in the register with a registration."""
FUTURE_ALLOWED = timedelta(seconds=60)
"""How far ahead of our clock a client's may be."""


@dataclass(frozen=True, slots=True)
class RecordKeepingPolicy:
    """A team's local policy. `countersign_working_days` run to the end of the last one."""

    version: int
    late_after: timedelta
    countersign_working_days: int
    countersign_after_concern: timedelta
    bases: frozenset[Basis]


DEFAULT = RecordKeepingPolicy(
    version=1,
    late_after=timedelta(hours=24),
    countersign_working_days=3,
    countersign_after_concern=timedelta(hours=24),
    bases=frozenset({"witnessed", "validated"}),
)


@dataclass(frozen=True, slots=True)
class BreakGlassPolicy:
    """How long broken glass stays open, how soon it is reviewed (domain, section 6).

    Breaking it again within `gap` of the last time's end is a renewal.
    """

    longest: timedelta
    gap: timedelta
    review_working_days: int


BREAK_GLASS = BreakGlassPolicy(
    longest=timedelta(hours=12), gap=timedelta(hours=12), review_working_days=3
)


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
    policy: RecordKeepingPolicy,
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
    late = recorded_at - contact.occurred_at > policy.late_after or "late" in flagged
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
            policy_version=policy.version,
            reasons=tuple(reasons),
        ),
    )


def until(requested: datetime | None, shift: Shift | None, at: datetime) -> datetime:
    """When broken glass closes again: at the end of the shift, and after 12 hours at most.

    Raises `Malformed` for a time that has passed or lies beyond the 12 hours.
    """
    latest = at + BREAK_GLASS.longest
    if requested is not None and not at < requested <= latest:
        raise Malformed(f"until is later than now, and {latest:%H:%M} UTC at the latest", "#/until")
    return min(requested or latest, shift.ends_at if shift else latest, latest)


def renewal(previous_until: datetime | None, previous_renewal: int, at: datetime) -> int:
    """How often the same glass was broken before without a gap worth the name."""
    if previous_until is None or previous_until + BREAK_GLASS.gap < at:
        return 0
    return previous_renewal + 1


def _due(policy: RecordKeepingPolicy, at: datetime, *, concern: bool) -> datetime:
    if concern:
        return at + policy.countersign_after_concern
    return end_of_working_day(at, policy.countersign_working_days)


def end_of_working_day(at: datetime, days: int) -> datetime:
    """The end of the day that many working days later."""
    day = at
    for _ in range(days):
        day += timedelta(days=1)
        while day.weekday() >= 5:
            day += timedelta(days=1)
    return datetime.combine(day.date(), time(23, 59, 59), at.tzinfo)

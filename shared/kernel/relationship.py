"""Who is related to a service user, and how: one rule for every service that must know.

Pure functions of what is known of the person and of the member of staff at a moment. The tie that
allows an access is recorded with it (domain, sections 4 and 6).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Self
from uuid import UUID

Basis = Literal[
    "caseload", "care_coordination", "team", "duty", "named", "escalation", "override", "author",
    "system", "engagement", "governance", "own", "anyone", "participant", "disclosure",
    "line_management",
]  # fmt: skip
"""Why an access was allowed.

The first seven are ties to the person, the most usual first. `escalation`: a concern about them
reached the member of staff, and is still open. `author`: of what is read. `system`:
the trust's own record system. `engagement`: an auditor's. `governance`: the IG lead's duty. `own`:
what is held about the caller as staff. `anyone`: the operation asks for no relationship.
`participant`: one of the two whom a supervision record is for; `disclosure`: it was disclosed to
them. `line_management`: of the worker whom it is about.
"""
NO_GRACE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Allocation:
    """A place on a worker's caseload; `ended_at` when it was transferred or closed."""

    worker_id: str
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Restriction:
    """With `restricted`, only `named` staff; `excluded` staff never, whatever else ties them."""

    restricted: bool = False
    named: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()

    def lets(self, staff_id: str) -> bool:
        """Whether it leaves room for a tie of this member of staff at all."""
        return staff_id not in self.excluded and (not self.restricted or staff_id in self.named)

    @classmethod
    def together(cls, each_of: Iterable[Self]) -> Self:
        """That of several registrations of one person: if one is restricted they all are, to whom
        those that are name; who is excluded from one is excluded from all."""
        found = tuple(each_of)
        if len(found) == 1:
            return found[0]
        restricted = tuple(each for each in found if each.restricted)
        return cls(
            bool(restricted),
            frozenset().union(*(each.named for each in restricted)),
            frozenset().union(*(each.excluded for each in found)),
        )


@dataclass(frozen=True, slots=True)
class Person:
    """What ties staff to a service user, and the day of their death.

    `other_teams` and `other_coordinators` are those of registrations that were merged into this
    one: nobody who supports the person is lost over that.
    """

    team_id: str
    care_coordinator_id: str | None = None
    allocations: tuple[Allocation, ...] = ()
    restriction: Restriction = Restriction()
    died_on: date | None = None
    other_teams: frozenset[str] = frozenset()
    other_coordinators: frozenset[str] = frozenset()

    @property
    def teams(self) -> frozenset[str]:
        return self.other_teams | {self.team_id}

    @property
    def coordinators(self) -> frozenset[str]:
        own = self.care_coordinator_id
        return self.other_coordinators | ({own} if own else frozenset())


@dataclass(frozen=True, slots=True)
class Membership:
    """A place in a team; `ended_at` when they left it."""

    team_id: str
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """Answering for a team, from `starts_at` until just before `ends_at`."""

    team_id: str
    starts_at: datetime
    ends_at: datetime

    def covers(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True, slots=True)
class Override:
    """Broken glass: one member of staff and one person, until just before `until`."""

    id: UUID
    granted_at: datetime
    until: datetime

    def covers(self, at: datetime) -> bool:
        return self.granted_at <= at < self.until


@dataclass(frozen=True, slots=True)
class Escalated:
    """A concern that reached one member of staff, until just before it was closed or moved."""

    concern_id: UUID
    reached_at: datetime
    until: datetime | None = None

    def covers(self, at: datetime) -> bool:
        return self.reached_at <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff. `escalations` and `overrides` are those for the person in question.

    Who has left is not `at_work`, and is tied to no one.
    """

    staff_id: str
    at_work: bool = True
    memberships: tuple[Membership, ...] = ()
    shifts: tuple[Shift, ...] = ()
    overrides: tuple[Override, ...] = ()
    escalations: tuple[Escalated, ...] = ()

    def teams(self, at: datetime, grace: timedelta = NO_GRACE) -> frozenset[str]:
        """The teams they work in at a moment."""
        if not self.at_work:
            return frozenset()
        lasting = (each for each in self.memberships if _lasts(each.ended_at, at, grace))
        return frozenset(each.team_id for each in lasting)

    def answers_for(self, at: datetime) -> frozenset[str]:
        """The teams whose duty rota they are on at a moment."""
        if not self.at_work:
            return frozenset()
        return frozenset(each.team_id for each in self.shifts if each.covers(at))

    def on_duty(self, at: datetime) -> Shift | None:
        """The shift they are on, the one that lasts longest if there are several."""
        now = [shift for shift in self.shifts if shift.covers(at)]
        return max(now, key=lambda shift: shift.ends_at, default=None)


@dataclass(frozen=True, slots=True)
class Tie:
    """One reason why someone is related; `override_id` names the broken glass."""

    basis: Basis
    override_id: UUID | None = None


def ties(
    person: Person, staff: Staff, at: datetime, grace: timedelta = NO_GRACE
) -> tuple[Tie, ...]:
    """Every tie between them at a moment, the most usual first; none for excluded staff.

    `grace` is how long a tie to a caseload or a team outlives its end.
    """
    if staff.staff_id in person.restriction.excluded or not staff.at_work:
        return ()
    return (
        *_standing(person, staff, at, grace),
        *_escalated(staff, at),
        *_broken_glass(staff, at),
    )


def _standing(person: Person, staff: Staff, at: datetime, grace: timedelta) -> Iterator[Tie]:
    if person.restriction.restricted:
        if staff.staff_id in person.restriction.named:
            yield Tie("named")
        return
    if any(
        each.worker_id == staff.staff_id and _lasts(each.ended_at, at, grace)
        for each in person.allocations
    ):
        yield Tie("caseload")
    if staff.staff_id in person.coordinators:
        yield Tie("care_coordination")
    teams = person.teams
    if any(
        each.team_id in teams and _lasts(each.ended_at, at, grace) for each in staff.memberships
    ):
        yield Tie("team")
    if any(each.team_id in teams and each.covers(at) for each in staff.shifts):
        yield Tie("duty")


def _escalated(staff: Staff, at: datetime) -> Iterator[Tie]:
    # A concern that nobody answers must not wait for a name on a restricted record.
    if any(each.covers(at) for each in staff.escalations):
        yield Tie("escalation")


def _broken_glass(staff: Staff, at: datetime) -> Iterator[Tie]:
    for override in staff.overrides:
        if override.covers(at):
            yield Tie("override", override.id)


def _lasts(ended_at: datetime | None, at: datetime, grace: timedelta) -> bool:
    return ended_at is None or at < ended_at + grace

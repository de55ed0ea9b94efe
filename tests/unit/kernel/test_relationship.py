"""Who is related to whom: the one rule every service applies."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from shared.kernel.relationship import (
    Allocation,
    Escalated,
    Membership,
    Override,
    Person,
    Restriction,
    Shift,
    Staff,
    ties,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
GLASS = UUID("01a00000-0000-7000-8000-00000000000a")
PERSON = Person("north-cmht", "coordinator-1", (Allocation("str-worker-1"),))
STRANGER = Staff("str-worker-9", memberships=(Membership("south-cmht"),))
COLLEAGUE = Staff("nurse-1", memberships=(Membership("north-cmht"),))
REACHED = Escalated(GLASS, NOW - HOUR)
OPEN = Override(GLASS, NOW - HOUR, NOW + HOUR)


def bases(person: Person, staff: Staff, at: datetime = NOW, grace: timedelta = timedelta(0)) -> str:
    return " ".join(tie.basis for tie in ties(person, staff, at, grace))


@pytest.mark.parametrize(
    ("staff", "expected"),
    [
        (STRANGER, ""),
        (Staff("str-worker-1"), "caseload"),
        (Staff("coordinator-1"), "care_coordination"),
        (COLLEAGUE, "team"),
        (replace(STRANGER, shifts=(Shift("north-cmht", NOW, NOW + HOUR),)), "duty"),
        (replace(STRANGER, shifts=(Shift("south-cmht", NOW, NOW + HOUR),)), ""),
        (replace(STRANGER, overrides=(OPEN,)), "override"),
        (replace(STRANGER, escalations=(REACHED, REACHED)), "escalation"),
        (replace(STRANGER, escalations=(REACHED,), at_work=False), ""),
        (replace(COLLEAGUE, staff_id="str-worker-1", overrides=(OPEN,)), "caseload team override"),
        (replace(COLLEAGUE, overrides=(OPEN,), at_work=False), ""),
    ],
)
def test_ties(staff: Staff, expected: str) -> None:
    assert bases(PERSON, staff) == expected


def test_staff_of_a_registration_that_was_merged_are_tied_too() -> None:
    both = replace(
        PERSON,
        other_teams=frozenset({"south-cmht"}),
        other_coordinators=frozenset({"coordinator-9"}),
    )
    on_duty = replace(STRANGER, shifts=(Shift("south-cmht", NOW, NOW + HOUR),))
    assert bases(both, on_duty) == "team duty"
    assert bases(both, Staff("coordinator-9")) == bases(both, Staff("coordinator-1"))
    assert bases(both, COLLEAGUE) == "team"
    assert bases(replace(PERSON, care_coordinator_id=None), Staff("coordinator-1")) == ""


def test_restrictions_together_name_whom_the_restricted_name_and_exclude_whom_any_does() -> None:
    open_one = Restriction(named=frozenset({"a"}), excluded=frozenset({"x"}))
    closed = Restriction(True, frozenset({"b"}), frozenset({"y"}))
    other = Restriction(True, frozenset({"c"}))
    assert Restriction.together([]) == Restriction()
    assert Restriction.together([open_one]) == open_one
    assert Restriction.together([open_one, closed, other]) == Restriction(
        True, frozenset({"b", "c"}), frozenset({"x", "y"})
    )


def test_broken_glass_and_a_shift_end_on_the_dot() -> None:
    staff = replace(
        STRANGER, overrides=(OPEN,), shifts=(Shift("north-cmht", NOW - HOUR, NOW + HOUR),)
    )
    assert bases(PERSON, staff, NOW - HOUR) == "duty override"
    assert bases(PERSON, staff, NOW + HOUR - timedelta(microseconds=1)) == "duty override"
    assert bases(PERSON, staff, NOW + HOUR) == ""
    assert bases(PERSON, staff, NOW - HOUR - timedelta(microseconds=1)) == ""


def test_the_broken_glass_is_named() -> None:
    (tie,) = ties(PERSON, replace(STRANGER, overrides=(OPEN,)), NOW)
    assert tie.override_id == GLASS


def test_an_ended_tie_lasts_for_the_grace_of_policy() -> None:
    moved = replace(PERSON, allocations=(Allocation("str-worker-1", ended_at=NOW),))
    left = Staff("nurse-9", memberships=(Membership("north-cmht", ended_at=NOW),))
    for staff, basis in ((Staff("str-worker-1"), "caseload"), (left, "team")):
        assert bases(moved, staff, NOW) == ""
        assert bases(moved, staff, NOW + HOUR, grace=2 * HOUR) == basis
        assert bases(moved, staff, NOW + 2 * HOUR, grace=2 * HOUR) == ""


def test_a_restricted_record_is_for_named_staff_only() -> None:
    restricted = replace(PERSON, restriction=Restriction(True, frozenset({"nurse-1"})))
    assert bases(restricted, COLLEAGUE) == "named"
    assert bases(restricted, Staff("str-worker-1")) == ""
    assert bases(restricted, Staff("coordinator-1")) == ""
    assert bases(restricted, replace(STRANGER, overrides=(OPEN,))) == "override"


@pytest.mark.parametrize("restricted", [True, False])
def test_who_is_excluded_never_gets_in(restricted: bool) -> None:
    excluding = Restriction(restricted, frozenset({"nurse-2"}), frozenset({"nurse-1"}))
    everything = replace(
        COLLEAGUE, overrides=(OPEN,), shifts=(Shift("north-cmht", NOW, NOW + HOUR),)
    )
    assert bases(replace(PERSON, restriction=excluding), everything) == ""


def test_the_teams_someone_works_in_or_answers_for() -> None:
    staff = Staff(
        "nurse-9",
        memberships=(Membership("south-cmht"), Membership("east-cmht", ended_at=NOW - HOUR)),
        shifts=(
            Shift("north-cmht", NOW, NOW + HOUR),
            Shift("west-cmht", NOW + HOUR, NOW + 2 * HOUR),
        ),
    )
    assert staff.teams(NOW) == {"south-cmht"}
    assert staff.teams(NOW, grace=2 * HOUR) == {"south-cmht", "east-cmht"}
    assert staff.answers_for(NOW) == {"north-cmht"}
    gone = replace(staff, at_work=False)
    assert gone.teams(NOW) == gone.answers_for(NOW) == frozenset()


def test_of_two_shifts_the_one_that_lasts_longest_counts() -> None:
    long, short = Shift("a", NOW, NOW + 2 * HOUR), Shift("b", NOW - HOUR, NOW + HOUR)
    assert replace(STRANGER, shifts=(short, long)).on_duty(NOW) == long
    assert replace(STRANGER, shifts=(short, long)).on_duty(NOW + 2 * HOUR) is None


def test_whom_a_concern_reached_is_tied_until_it_is_over_even_to_a_restricted_record() -> None:
    over = replace(STRANGER, escalations=(replace(REACHED, until=NOW + HOUR),))
    restricted = replace(PERSON, restriction=Restriction(True, frozenset({"nurse-1"})))
    for person in (PERSON, restricted):
        assert bases(person, over, NOW - HOUR - timedelta(microseconds=1)) == ""
        assert bases(person, over, NOW - HOUR) == "escalation"
        assert bases(person, over, NOW + HOUR - timedelta(microseconds=1)) == "escalation"
        assert bases(person, over, NOW + HOUR) == ""
    excluding = Restriction(True, frozenset(), frozenset({"str-worker-9"}))
    assert bases(replace(PERSON, restriction=excluding), over) == ""

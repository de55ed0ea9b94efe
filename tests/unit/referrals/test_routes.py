"""Who decides by which route, and who assesses: stated from HB 5.10 and 5.11."""

from dataclasses import replace
from typing import Any

import pytest

from services.referrals.policy import (
    DEFAULT,
    may_accept,
    may_assess,
    may_decide,
    route_of,
)
from shared.contracts.referrals import ReferralRules

ROUTINE: Any = frozenset({"routine"})


def rules(*routes: Any, **changes: Any) -> ReferralRules:
    return replace(DEFAULT.rules, routes=routes, **changes)


@pytest.mark.parametrize(
    ("role", "at_meeting", "route"),
    [
        ("team_manager", False, "manager"),
        ("team_manager", True, "meeting"),
        ("care_coordinator", True, "meeting"),
        ("registered_practitioner", True, "meeting"),
        ("str_worker", False, "worker"),
    ],
)
def test_the_route_is_by_role_and_meeting(role: str, at_meeting: bool, route: str) -> None:
    assert route_of(role, at_meeting=at_meeting) == route


@pytest.mark.parametrize(
    ("routes", "role", "at_meeting", "may"),
    [
        (("manager",), "team_manager", False, True),
        (("manager",), "care_coordinator", False, False),
        (("manager", "meeting"), "care_coordinator", False, False),
        (("manager", "meeting"), "registered_practitioner", True, True),
        (("meeting",), "care_coordinator", False, True),  # is told to name the meeting
        (("manager", "worker"), "care_coordinator", False, False),
        (("manager", "worker"), "team_manager", False, True),
    ],
)
def test_practitioners_bring_what_a_meeting_decided(
    routes: tuple[str, ...], role: str, at_meeting: bool, may: bool
) -> None:
    assert may_decide(rules(*routes), role, at_meeting=at_meeting) is may


def test_a_worker_accepts_within_the_levels_and_priorities_of_the_policy() -> None:
    own = rules("manager", "worker")
    assert may_accept(own, "senior", "accepted", ROUTINE)
    assert not may_accept(rules("manager"), "senior", "accepted", ROUTINE)
    assert not may_accept(own, "intermediate", "accepted", ROUTINE)
    assert not may_accept(own, None, "accepted", ROUTINE)
    for outcome in ("declined", "waiting_list", "redirected", "more_information"):
        assert not may_accept(own, "senior", outcome, ROUTINE)
    assert not may_accept(own, "senior", "accepted", frozenset({"urgent"}))
    called_routine = frozenset({"urgent", "routine"})
    assert not may_accept(own, "senior", "accepted", called_routine)  # type: ignore[arg-type]
    wider = replace(
        own, self_acceptance_levels=("intermediate",), self_acceptance_priorities=("urgent",)
    )
    assert may_accept(wider, "intermediate", "accepted", frozenset({"urgent"}))
    assert not may_accept(wider, "senior", "accepted", frozenset({"urgent"}))


@pytest.mark.parametrize(
    ("role", "level", "may"),
    [
        ("str_worker", "senior", True),
        ("str_worker", "intermediate", False),
        ("str_worker", None, False),
        ("registered_practitioner", None, True),
        ("care_coordinator", None, True),
        ("team_manager", None, True),
    ],
)
def test_of_str_workers_the_senior_ones_assess(role: str, level: str | None, may: bool) -> None:
    assert may_assess(role, level) is may

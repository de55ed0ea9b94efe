"""How many places a worker has, how many a person takes, and who may give them."""

from dataclasses import replace

import pytest

from services.referrals.policy import (
    DEFAULT,
    limit_of,
    may_allocate,
    may_override,
    weight_of,
)
from shared.contracts.referrals import (
    Complexity,
    ComplexityWeight,
    LevelLimit,
    Priority,
    ReferralRules,
    Route,
)
from shared.contracts.supervision import Level

RULES = DEFAULT.rules
BY_LEVEL = replace(
    RULES,
    caseload_limit_by_level=(
        LevelLimit(level="foundation", limit=8),
        LevelLimit(level="senior", limit=15),
    ),
)


@pytest.mark.parametrize(
    ("rules", "level", "share", "limit"),
    [
        (RULES, None, None, 12),
        (RULES, "senior", 1.0, 12),
        (RULES, "senior", 0.6, 7),
        (RULES, None, 0.5, 6),
        (BY_LEVEL, "foundation", None, 8),
        (BY_LEVEL, "intermediate", None, 12),
        (BY_LEVEL, "senior", 0.5, 7),
        (RULES, None, 0.05, 1),
        (replace(RULES, caseload_limit=10), None, 0.7, 7),
        (replace(RULES, pro_rata=False), None, 0.5, 12),
    ],
)
def test_a_worker_has_their_share_of_the_places(
    rules: ReferralRules, level: Level | None, share: float | None, limit: int
) -> None:
    assert limit_of(rules, level, share) == limit


@pytest.mark.parametrize(
    ("complexity", "weight"), [(None, 1), ("standard", 1), ("complex", 2), ("highly_complex", 1)]
)
def test_complexity_weighs_what_the_policy_says(complexity: Complexity | None, weight: int) -> None:
    weights = (ComplexityWeight(complexity="complex", weight=2),)
    assert weight_of(replace(RULES, weights=weights), complexity) == weight
    assert weight_of(RULES, complexity) == 1


@pytest.mark.parametrize(
    ("worker_id", "level", "priority", "accepted_by", "routes", "may"),
    [
        ("str-worker-1", "senior", "routine", "str-worker-1", ("worker",), True),
        ("str-worker-2", "senior", "routine", "str-worker-1", ("worker",), False),
        ("str-worker-1", "senior", "routine", "str-worker-2", ("worker",), False),
        ("str-worker-1", "senior", "routine", None, ("worker",), False),
        ("str-worker-1", "foundation", "routine", "str-worker-1", ("worker",), False),
        ("str-worker-1", None, "routine", "str-worker-1", ("worker",), False),
        ("str-worker-1", "senior", "urgent", "str-worker-1", ("worker",), False),
        ("str-worker-1", "senior", "routine", "str-worker-1", ("manager",), False),
    ],
)
def test_a_worker_takes_on_whom_they_accepted(
    worker_id: str,
    level: Level | None,
    priority: Priority,
    accepted_by: str | None,
    routes: tuple[Route, ...],
    may: bool,
) -> None:
    rules = replace(RULES, routes=routes)

    def asked(role: str) -> bool:
        return may_allocate(
            rules, role, "str-worker-1", worker_id,
            level=level, priority=priority, accepted_by=accepted_by,
        )  # fmt: skip

    assert asked("str_worker") is may
    assert asked("team_manager")


def test_only_a_manager_goes_past_a_limit() -> None:
    assert may_override("team_manager")
    assert not may_override("str_worker")

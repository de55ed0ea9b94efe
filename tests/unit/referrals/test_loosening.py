"""What makes one referral policy looser than another, rule by rule."""

from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.policy import DEFAULT, TRUST_FLOOR, contradictions, loosened
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
BY_WORKERS = ("manager", "worker")
AT_MEETINGS = ("manager", "meeting")
BY_ROUTE = {
    "meeting_quorum": "meeting",
    "self_acceptance_levels": "worker",
    "self_acceptance_priorities": "worker",
}


def some(values: Any, least: int = 0) -> Any:
    return st.lists(st.sampled_from(get_args(values)), min_size=least, unique=True).map(tuple)


limits = st.builds(LevelLimit, level=st.sampled_from(get_args(Level)), limit=st.integers(11, 13))
weights = st.builds(
    ComplexityWeight, complexity=st.sampled_from(get_args(Complexity)), weight=st.integers(1, 2)
)
rules = st.builds(
    ReferralRules,
    routes=some(Route, 1),
    assessment_required=st.booleans(),
    meeting_quorum=st.integers(2, 4),
    self_acceptance_levels=some(Level),
    self_acceptance_priorities=some(Priority),
    caseload_limit=st.integers(11, 13),
    caseload_limit_by_level=st.lists(limits, max_size=2, unique_by=lambda each: each.level).map(
        tuple
    ),
    pro_rata=st.booleans(),
    weights=st.lists(weights, max_size=2, unique_by=lambda each: each.complexity).map(tuple),
    decide_within_days=st.integers(6, 8),
    allocate_within_days=st.integers(27, 29),
    review_every_days=st.integers(27, 29),
    reallocate_within_days=st.integers(6, 8),
)


def limited(level: Level, limit: int) -> tuple[LevelLimit, ...]:
    return (LevelLimit(level=level, limit=limit),)


def weighed(complexity: Complexity, weight: int) -> tuple[ComplexityWeight, ...]:
    return (ComplexityWeight(complexity=complexity, weight=weight),)


def meaning(of: ReferralRules) -> dict[str, Any]:
    """What rules amount to: the places of each level, what each complexity takes, and nothing of
    a route that isn't open."""
    found = {
        **vars(of),
        "routes": set(of.routes),
        "self_acceptance_levels": set(of.self_acceptance_levels),
        "self_acceptance_priorities": set(of.self_acceptance_priorities),
        "caseload_limit_by_level": {
            **dict.fromkeys(get_args(Level), of.caseload_limit),
            **{each.level: each.limit for each in of.caseload_limit_by_level},
        },
        "weights": {
            **dict.fromkeys(get_args(Complexity), 1),
            **{each.complexity: each.weight for each in of.weights},
        },
    }
    return found | {name: None for name, route in BY_ROUTE.items() if route not in of.routes}


@given(rules)
def test_nothing_is_looser_than_itself(one: ReferralRules) -> None:
    assert loosened(one, one) == ()


@given(rules, rules)
def test_two_that_are_not_looser_than_each_other_amount_to_the_same(
    one: ReferralRules, other: ReferralRules
) -> None:
    if not loosened(one, other) and not loosened(other, one):
        assert meaning(one) == meaning(other)


@given(rules, rules)
def test_only_rules_that_differ_are_named_and_in_order(
    one: ReferralRules, other: ReferralRules
) -> None:
    before, after, names = vars(one), vars(other), list(vars(one))
    found = loosened(one, other)
    assert all(before[name] != after[name] for name in found)
    assert list(found) == sorted(found, key=names.index)


@given(rules, rules, rules)
def test_what_is_not_looser_twice_over_is_not_looser(
    one: ReferralRules, other: ReferralRules, third: ReferralRules
) -> None:
    if not loosened(one, other) and not loosened(other, third):
        assert loosened(one, third) == ()


@given(rules, st.data())
def test_changing_one_rule_names_that_one_or_none(one: ReferralRules, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([*vars(one)]))
    changed = replace(one, **{name: getattr(data.draw(rules), name)})
    assert set(loosened(one, changed)) <= {name}


@given(rules, rules)
def test_one_is_as_strict_as_another_if_it_is_nowhere_looser(
    one: ReferralRules, other: ReferralRules
) -> None:
    """Against an oracle that knows what rules amount to, and not what they are called."""
    before, after = meaning(one), meaning(other)
    days = [name for name in before if name.endswith("_days")]
    strict = (
        after["routes"] <= before["routes"]
        and after["assessment_required"] >= before["assessment_required"]
        and after["pro_rata"] >= before["pro_rata"]
        and after["caseload_limit"] <= before["caseload_limit"]
        and all(after[name] <= before[name] for name in days)
        and _each_at_most(after["caseload_limit_by_level"], before["caseload_limit_by_level"])
        and _each_at_most(before["weights"], after["weights"])
        and ("meeting" not in other.routes or other.meeting_quorum >= one.meeting_quorum)
        and (
            "worker" not in other.routes
            or (
                set(other.self_acceptance_levels) <= set(one.self_acceptance_levels)
                and set(other.self_acceptance_priorities) <= set(one.self_acceptance_priorities)
            )
        )
    )
    assert (loosened(one, other) == ()) is strict


def _each_at_most(these: dict[str, int], those: dict[str, int]) -> bool:
    return all(these[each] <= those[each] for each in these)


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ({}, {"caseload_limit": 13}, ["caseload_limit"]),
        ({}, {"caseload_limit": 11}, []),
        ({}, {"caseload_limit_by_level": limited("senior", 13)}, ["caseload_limit_by_level"]),
        ({}, {"caseload_limit_by_level": limited("senior", 12)}, []),
        ({}, {"caseload_limit_by_level": limited("senior", 10)}, []),
        (
            {"caseload_limit_by_level": limited("foundation", 8)},
            {"caseload_limit_by_level": ()},
            ["caseload_limit_by_level"],
        ),
        (
            {"caseload_limit_by_level": limited("senior", 14)},
            {"caseload_limit_by_level": ()},
            [],
        ),
        (
            {"caseload_limit_by_level": limited("senior", 14)},
            {"caseload_limit_by_level": (), "caseload_limit": 14},
            ["caseload_limit"],
        ),
        (
            {},
            {"caseload_limit_by_level": limited("senior", 12), "caseload_limit": 10},
            [],
        ),
        ({}, {"pro_rata": False}, ["pro_rata"]),
        ({"pro_rata": False}, {"pro_rata": True}, []),
        ({"weights": weighed("complex", 2)}, {"weights": ()}, ["weights"]),
        ({"weights": weighed("complex", 3)}, {"weights": weighed("complex", 2)}, ["weights"]),
        ({"weights": weighed("complex", 1)}, {"weights": ()}, []),
        ({}, {"weights": weighed("complex", 2)}, []),
        ({"assessment_required": True}, {"assessment_required": False}, ["assessment_required"]),
        ({}, {"assessment_required": True}, []),
        ({}, {"decide_within_days": 8}, ["decide_within_days"]),
        ({}, {"allocate_within_days": 29}, ["allocate_within_days"]),
        ({}, {"review_every_days": 29}, ["review_every_days"]),
        ({}, {"reallocate_within_days": 8}, ["reallocate_within_days"]),
        ({}, {"reallocate_within_days": 1, "decide_within_days": 1}, []),
        ({}, {"routes": ("manager", "meeting")}, ["routes"]),
        ({}, {"routes": ("meeting",)}, ["routes"]),
        ({"routes": ("manager", "meeting")}, {"routes": ("meeting",)}, []),
        ({"routes": ("manager", "meeting")}, {"routes": ("meeting", "manager")}, []),
        ({"routes": AT_MEETINGS}, {"routes": AT_MEETINGS, "meeting_quorum": 2}, ["meeting_quorum"]),
        ({"routes": AT_MEETINGS}, {"routes": AT_MEETINGS, "meeting_quorum": 4}, []),
        ({}, {"meeting_quorum": 2}, []),
        (
            {},
            {"routes": AT_MEETINGS, "meeting_quorum": 2},
            ["routes", "meeting_quorum"],
        ),
        ({"routes": AT_MEETINGS}, {"routes": ("manager",), "meeting_quorum": 1}, []),
        ({}, {"routes": BY_WORKERS}, ["routes"]),
        ({}, {"self_acceptance_levels": ("senior", "foundation")}, []),
        (
            {"routes": BY_WORKERS},
            {"routes": BY_WORKERS, "self_acceptance_levels": ("senior", "foundation")},
            ["self_acceptance_levels"],
        ),
        (
            {"routes": BY_WORKERS},
            {"routes": BY_WORKERS, "self_acceptance_priorities": ("urgent",)},
            ["self_acceptance_priorities"],
        ),
        (
            {"routes": BY_WORKERS},
            {"routes": ("manager",), "self_acceptance_priorities": ("emergency",)},
            [],
        ),
        (
            {},
            {"routes": BY_WORKERS, "self_acceptance_priorities": ("routine", "urgent")},
            ["routes", "self_acceptance_priorities"],
        ),
    ],
)
def test_looser_or_not(before: dict[str, Any], after: dict[str, Any], names: list[str]) -> None:
    assert list(loosened(replace(RULES, **before), replace(RULES, **after))) == names


def test_what_is_shipped_keeps_to_the_shipped_floor_and_fits_together() -> None:
    assert loosened(TRUST_FLOOR, RULES) == ()
    assert contradictions(RULES) == contradictions(TRUST_FLOOR) == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"routes": ("manager", "manager")}, "routes names something twice"),
        ({"self_acceptance_levels": ("senior", "senior")}, "self_acceptance_levels"),
        ({"self_acceptance_priorities": ("urgent", "urgent")}, "self_acceptance_priorities"),
        (
            {"caseload_limit_by_level": (*limited("senior", 12), *limited("senior", 14))},
            "caseload_limit_by_level names something twice",
        ),
        (
            {"weights": (*weighed("complex", 2), *weighed("complex", 3))},
            "weights names something twice",
        ),
        ({"routes": ("worker",)}, "routes has another beside"),
        ({"routes": BY_WORKERS, "self_acceptance_levels": ()}, "self_acceptance_levels says which"),
        (
            {"routes": BY_WORKERS, "self_acceptance_priorities": ()},
            "self_acceptance_priorities says which",
        ),
    ],
)
def test_rules_that_do_not_fit_together(changes: dict[str, Any], said: str) -> None:
    [found] = contradictions(replace(RULES, **changes))
    assert said in found


@pytest.mark.parametrize("name", ["self_acceptance_levels", "self_acceptance_priorities"])
def test_without_the_route_nobody_needs_to_be_named(name: str) -> None:
    nobody: dict[str, Any] = {name: ()}
    assert contradictions(replace(RULES, **nobody)) == ()

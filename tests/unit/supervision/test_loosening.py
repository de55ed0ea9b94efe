"""What makes one supervision policy looser than another, rule by rule."""

from dataclasses import replace
from math import inf
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.supervision.policy import DEFAULT, TRUST_FLOOR, contradictions, loosened
from shared.contracts.supervision import KindRule, PathwayStep, SupervisionRules

RULES = DEFAULT.rules
NAMES = st.sampled_from(("case", "peer", "ad_hoc"))


def some(each: Any, name: str, least: int = 0) -> Any:
    found = st.lists(each, min_size=least, max_size=3, unique_by=lambda one: getattr(one, name))
    return found.map(tuple)


kinds = st.builds(
    KindRule, kind=NAMES, longest_interval_weeks=st.one_of(st.none(), st.integers(12, 14))
)
steps = st.builds(
    PathwayStep,
    course=NAMES,
    within_weeks=st.integers(12, 14),
    before_unsupervised=st.booleans(),
)
rules = st.builds(
    SupervisionRules,
    kinds=some(kinds, "kind", 1),
    target_percent=st.integers(94, 96),
    sign_within_days=st.integers(13, 15),
    pathway=some(steps, "course"),
    check_registrations_days=st.integers(89, 91),
    answer_issues_within_days=st.integers(13, 15),
    issues_name_raiser=st.booleans(),
)


def meaning(of: SupervisionRules) -> dict[str, Any]:
    """Rules, in no order."""
    return vars(of) | {"kinds": frozenset(of.kinds), "pathway": frozenset(of.pathway)}


@given(rules)
def test_nothing_is_looser_than_itself(one: SupervisionRules) -> None:
    assert loosened(one, one) == ()


@given(rules, rules)
def test_two_that_are_not_looser_than_each_other_amount_to_the_same(
    one: SupervisionRules, other: SupervisionRules
) -> None:
    if not loosened(one, other) and not loosened(other, one):
        assert meaning(one) == meaning(other)


@given(rules, rules, rules)
def test_what_is_not_looser_twice_over_is_not_looser(
    one: SupervisionRules, other: SupervisionRules, third: SupervisionRules
) -> None:
    if not loosened(one, other) and not loosened(other, third):
        assert loosened(one, third) == ()


@given(rules, rules)
def test_only_rules_that_differ_are_named_and_in_order(
    one: SupervisionRules, other: SupervisionRules
) -> None:
    names = list(vars(one))
    found = loosened(one, other)
    assert all(meaning(one)[name] != meaning(other)[name] for name in found)
    assert list(found) == sorted(found, key=names.index)


@given(rules, st.data())
def test_changing_one_rule_names_that_one_or_none(
    one: SupervisionRules, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from([*vars(one)]))
    changed = replace(one, **{name: getattr(data.draw(rules), name)})
    assert set(loosened(one, changed)) <= {name}


@given(rules, rules)
def test_one_is_as_strict_as_another_if_it_is_nowhere_looser(
    one: SupervisionRules, other: SupervisionRules
) -> None:
    """Against an oracle that asks, week by week, what each of the rules would let pass."""
    weeks = (11, 12, 13, 14, 200, inf)
    strict = (
        other.target_percent >= one.target_percent
        and other.issues_name_raiser <= one.issues_name_raiser
        and all(getattr(other, name) <= getattr(one, name) for name in vars(one) if "_days" in name)
        and all(
            _as_often(other, each.kind, week) or not _as_often(one, each.kind, week)
            for each in one.kinds
            for week in weeks
        )
        and all(
            _learnt(other, each.course, week, alone) or not _learnt(one, each.course, week, alone)
            for each in one.pathway
            for week in weeks
            for alone in (False, True)
        )
    )
    assert (loosened(one, other) == ()) is strict


def _as_often(rules: SupervisionRules, kind: str, weeks: float) -> bool:
    """Whether a kind is offered, at least every so many weeks."""
    return any(
        each.kind == kind and (each.longest_interval_weeks or inf) <= weeks for each in rules.kinds
    )


def _learnt(rules: SupervisionRules, course: str, weeks: float, alone: bool) -> bool:
    """Whether a course is asked for within so many weeks, and before working alone."""
    return any(
        each.course == course
        and each.within_weeks <= weeks
        and (each.before_unsupervised or not alone)
        for each in rules.pathway
    )


def kind(name: str, weeks: int | None) -> KindRule:
    return KindRule(kind=name, longest_interval_weeks=weeks)


def step(course: str, weeks: int, before: bool = False) -> PathwayStep:
    return PathwayStep(course=course, within_weeks=weeks, before_unsupervised=before)


WITHOUT_PEER = tuple(each for each in RULES.kinds if each.kind != "peer")
WITHOUT_LEVEL_3 = tuple(each for each in RULES.pathway if each.course != "level_3")


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"kinds": WITHOUT_PEER}, ["kinds"]),
        ({"kinds": (*WITHOUT_PEER, kind("peer", 14))}, ["kinds"]),
        ({"kinds": (*WITHOUT_PEER, kind("peer", None))}, ["kinds"]),
        ({"kinds": (*WITHOUT_PEER, kind("peer", 12))}, []),
        ({"kinds": RULES.kinds[::-1]}, []),
        ({"kinds": (*RULES.kinds, kind("reflective", None))}, []),
        ({"target_percent": 94}, ["target_percent"]),
        ({"target_percent": 100}, []),
        ({"sign_within_days": 15}, ["sign_within_days"]),
        ({"pathway": WITHOUT_LEVEL_3}, ["pathway"]),
        ({"pathway": (*WITHOUT_LEVEL_3, step("level_3", 105))}, ["pathway"]),
        ({"pathway": (*WITHOUT_LEVEL_3, step("level_3", 103, True))}, []),
        (
            {"pathway": tuple(replace(each, before_unsupervised=False) for each in RULES.pathway)},
            ["pathway"],
        ),
        ({"pathway": (*RULES.pathway, step("medicines", 520))}, []),
        ({"check_registrations_days": 91}, ["check_registrations_days"]),
        ({"answer_issues_within_days": 15}, ["answer_issues_within_days"]),
        ({"answer_issues_within_days": 1, "sign_within_days": 1}, []),
        ({"issues_name_raiser": False}, []),
    ],
)
def test_looser_or_not(changes: dict[str, Any], names: list[str]) -> None:
    assert list(loosened(RULES, replace(RULES, **changes))) == names


def test_naming_the_raiser_after_all_is_looser() -> None:
    quiet = replace(RULES, issues_name_raiser=False)
    assert loosened(quiet, RULES) == ("issues_name_raiser",)


def test_what_is_shipped_keeps_to_the_shipped_floor_and_fits_together() -> None:
    assert loosened(TRUST_FLOOR, RULES) == ()
    assert contradictions(RULES) == contradictions(TRUST_FLOOR) == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kinds": (kind("peer", 12), kind("peer", None))}, "kinds names a kind twice"),
        ({"pathway": (step("level_3", 9), step("level_3", 8))}, "pathway names a course twice"),
    ],
)
def test_rules_that_do_not_fit_together(changes: dict[str, Any], said: str) -> None:
    assert contradictions(replace(RULES, **changes)) == (said,)

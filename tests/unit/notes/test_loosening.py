"""What makes one policy looser than another, rule by rule."""

from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notes.policy import DEFAULT, TRUST_FLOOR, contradictions, loosened
from shared.contracts.notes import Basis, DelegatedTask, Recipient, RecordKeepingRules, Trigger
from shared.contracts.supervision import RegistrationBody

RULES = DEFAULT.rules
PLAN = DelegatedTask(boundary="medication", task="prompt", needs="plan")
TRAINING = replace(PLAN, needs="training", course="medicines")
COMPETENCE = ("no_competence_sign_off", "task_not_signed_off", "no_record_keeping_training")


def some(values: Any, least: int = 0) -> Any:
    return st.lists(st.sampled_from(get_args(values)), min_size=least, unique=True).map(tuple)


tasks = st.builds(
    lambda task, needs: DelegatedTask(
        boundary="medication",
        task=task,
        needs="plan" if needs is None else "training",
        course=needs,
    ),
    task=st.sampled_from(["prompt", "administer"]),
    needs=st.sampled_from([None, "medicines", "refresher"]),
)
rules = st.builds(
    RecordKeepingRules,
    late_after_hours=st.integers(23, 25),
    countersign_when=some(Trigger),
    countersign_bases=some(Basis, 1),
    countersign_bodies=some(RegistrationBody, 1),
    countersign_working_days=st.integers(2, 4),
    countersign_after_concern_hours=st.integers(23, 25),
    acknowledge_hours=st.integers(3, 5),
    acknowledge_urgent_hours=st.integers(1, 2),
    escalate_to=some(Recipient, 1),
    escalate_named=st.sampled_from([(), ("manager-1",), ("manager-2",)]),
    escalate_every_minutes=st.integers(59, 61),
    delegated_tasks=st.lists(tasks, max_size=2, unique_by=lambda each: each.task).map(tuple),
)


def meaning(of: RecordKeepingRules) -> dict[str, Any]:
    """What rules amount to, in whatever order they say it; whom they name is a rota, no rule."""
    triggers: set[str] = set(of.countersign_when)
    unregistered = {*COMPETENCE, "concern_raised", "author_not_registered"}
    if "always" in triggers:
        triggers |= unregistered
    if "author_not_registered" in triggers:
        triggers |= unregistered
    return {
        **vars(of),
        "countersign_when": triggers,
        "countersign_bases": set(of.countersign_bases),
        "countersign_bodies": set(of.countersign_bodies),
        "escalate_to": set(of.escalate_to),
        "escalate_named": None,
        "delegated_tasks": {(each.task, each.needs, each.course) for each in of.delegated_tasks},
    }


@given(rules)
def test_nothing_is_looser_than_itself(one: RecordKeepingRules) -> None:
    assert loosened(one, one) == ()


@given(rules, rules)
def test_two_that_are_not_looser_than_each_other_amount_to_the_same(
    one: RecordKeepingRules, other: RecordKeepingRules
) -> None:
    if not loosened(one, other) and not loosened(other, one):
        assert meaning(one) == meaning(other)


@given(rules, rules)
def test_only_rules_that_differ_are_named_and_in_order(
    one: RecordKeepingRules, other: RecordKeepingRules
) -> None:
    before, after, names = meaning(one), meaning(other), list(vars(one))
    found = loosened(one, other)
    assert all(before[name] != after[name] for name in found)
    assert list(found) == sorted(found, key=names.index)


@given(rules, rules, rules)
def test_what_is_not_looser_twice_over_is_not_looser(
    one: RecordKeepingRules, other: RecordKeepingRules, third: RecordKeepingRules
) -> None:
    if not loosened(one, other) and not loosened(other, third):
        assert loosened(one, third) == ()


@given(rules, st.data())
def test_each_rule_is_graded_on_its_own(one: RecordKeepingRules, data: st.DataObject) -> None:
    """Changing one rule names that one, or none."""
    other = data.draw(rules)
    name = data.draw(st.sampled_from([*vars(one)]))
    changed = replace(one, **{name: getattr(other, name)})
    assert set(loosened(one, changed)) <= {name}
    assert loosened(one, changed) == tuple(each for each in loosened(one, other) if each == name)


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ({"late_after_hours": 24}, {"late_after_hours": 25}, ["late_after_hours"]),
        ({"late_after_hours": 24}, {"late_after_hours": 23}, []),
        ({"countersign_when": COMPETENCE}, {"countersign_when": ()}, ["countersign_when"]),
        ({"countersign_when": COMPETENCE}, {"countersign_when": COMPETENCE[::-1]}, []),
        ({"countersign_when": COMPETENCE}, {"countersign_when": ("always",)}, []),
        ({"countersign_when": COMPETENCE}, {"countersign_when": ("author_not_registered",)}, []),
        (
            {"countersign_when": ("always",)},
            {"countersign_when": ("author_not_registered",)},
            ["countersign_when"],
        ),
        (
            {"countersign_when": ("author_not_registered",)},
            {"countersign_when": (*COMPETENCE, "concern_raised")},
            ["countersign_when"],
        ),
        (
            {"countersign_bases": ("witnessed",)},
            {"countersign_bases": ("witnessed", "reviewed")},
            ["countersign_bases"],
        ),
        ({"countersign_bodies": ("NMC", "GMC")}, {"countersign_bodies": ("NMC",)}, []),
        (
            {"escalate_to": ("duty", "team")},
            {"escalate_to": ("team", "line_manager")},
            ["escalate_to"],
        ),
        ({"escalate_to": ("duty",)}, {"escalate_to": ("team", "duty")}, []),
        ({"escalate_named": ("manager-1",)}, {"escalate_named": ("manager-2",)}, []),
        ({"delegated_tasks": ()}, {"delegated_tasks": (PLAN,)}, []),
        ({"delegated_tasks": (PLAN,)}, {"delegated_tasks": ()}, ["delegated_tasks"]),
        ({"delegated_tasks": (PLAN,)}, {"delegated_tasks": (TRAINING,)}, []),
        ({"delegated_tasks": (TRAINING,)}, {"delegated_tasks": (PLAN,)}, ["delegated_tasks"]),
        (
            {"delegated_tasks": (TRAINING,)},
            {"delegated_tasks": (replace(TRAINING, course="refresher"),)},
            ["delegated_tasks"],
        ),
        ({"delegated_tasks": (PLAN,)}, {"delegated_tasks": (replace(PLAN, task="Prompt"),)}, []),
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
        ({"acknowledge_urgent_hours": 5}, "acknowledge_urgent_hours"),
        ({"escalate_to": ("duty", "named")}, "escalate_named"),
        ({"escalate_to": ("duty", "duty")}, "twice"),
        ({"countersign_when": ("always", "always")}, "twice"),
        ({"delegated_tasks": (PLAN, replace(TRAINING, task="Prompt"))}, "twice"),
        ({"delegated_tasks": (replace(PLAN, course="medicines"),)}, "prompt"),
        ({"delegated_tasks": (replace(TRAINING, course=None),)}, "prompt"),
    ],
)
def test_rules_that_do_not_fit_together(changes: dict[str, Any], said: str) -> None:
    [found] = contradictions(replace(RULES, **changes))
    assert said in found

"""To whom a concern goes and when: whoever can be reached is, and never those it names."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notes.policy import (
    DEFAULT,
    About,
    answers,
    escalated_to,
    next_step,
    routed_to,
    starts,
)
from shared.contracts.notes import Recipient, RecordKeepingRules
from shared.kernel.ids import new_id
from shared.kernel.relationship import Escalated, Person, Shift, Staff
from tests.support.build import NOW

HOUR = timedelta(hours=1)
ABOUT = About("coordinator-1", frozenset({"nurse-1"}), "manager-1", frozenset({"nurse-1", "ot-1"}))
CONCERN = new_id()
staff = st.sampled_from(["coordinator-1", "nurse-1", "ot-1", "manager-1", "str-worker-1"])
some = st.frozensets(staff)
abouts = st.builds(About, st.none() | staff, some, st.none() | staff, some, some)
chains = st.lists(st.sampled_from(get_args(Recipient)), min_size=1, max_size=10).map(tuple)


def rules(*chain: Recipient, named: tuple[str, ...] = ()) -> RecordKeepingRules:
    return replace(DEFAULT.rules, escalate_to=chain, escalate_named=named)


@pytest.mark.parametrize(("urgency", "hours"), [("routine", 4), ("urgent", 1)])
def test_a_clock_runs_through_the_night(urgency: Any, hours: int) -> None:
    friday_night = NOW + 11 * HOUR
    clock = starts(DEFAULT, urgency, ABOUT, friday_night)
    assert clock.acknowledge_by == friday_night + hours * HOUR
    assert clock.routed_to == ("coordinator-1", "nurse-1")
    assert clock.policy_version == DEFAULT.policy_version


@pytest.mark.parametrize(
    ("chain", "step", "about", "expected"),
    [
        (("duty", "line_manager"), 0, ABOUT, (0, "duty", ("nurse-1",))),
        (("duty", "line_manager"), 1, ABOUT, (1, "line_manager", ("manager-1",))),
        (("duty", "line_manager"), 2, ABOUT, (2, "duty", ("nurse-1",))),
        (("care_coordinator", "team"), 1, ABOUT, (1, "team", ("nurse-1", "ot-1"))),
        (("named",), 0, ABOUT, (0, "named", ("lead-1",))),
        (
            ("duty", "team"),
            0,
            replace(ABOUT, on_duty=frozenset()),
            (1, "team", ("nurse-1", "ot-1")),
        ),
        (("duty", "team"), 1, replace(ABOUT, team=frozenset()), (2, "duty", ("nurse-1",))),
        (("duty", "duty"), 1, replace(ABOUT, on_duty=frozenset()), (1, "duty", ())),
        (("team",), 0, replace(ABOUT, named_only=frozenset({"ot-1"})), (0, "team", ("ot-1",))),
    ],
)
def test_a_step_reaches_the_next_who_can_be_reached(
    chain: tuple[Recipient, ...],
    step: int,
    about: About,
    expected: tuple[int, str, tuple[str, ...]],
) -> None:
    assert escalated_to(rules(*chain, named=("lead-1",)), step, about) == expected


@given(abouts, chains, some, st.integers(0, 100))
def test_nobody_who_is_named_excluded_or_gone_is_told(
    about: About, chain: tuple[Recipient, ...], named: frozenset[str], step: int
) -> None:
    assert about.unreachable.isdisjoint(routed_to(about))
    further, to, reached = escalated_to(rules(*chain, named=tuple(named)), step, about)
    assert about.unreachable.isdisjoint(reached)
    assert to == chain[further % len(chain)]
    assert step <= further < step + len(chain)
    assert list(reached) == sorted(set(reached))


@given(abouts, chains, some, st.integers(0, 100))
def test_someone_is_reached_if_anyone_at_all_can_be(
    about: About, chain: tuple[Recipient, ...], named: frozenset[str], step: int
) -> None:
    of: dict[str, frozenset[str | None]] = {
        "duty": frozenset(about.on_duty),
        "care_coordinator": frozenset({about.care_coordinator_id}),
        "line_manager": frozenset({about.line_manager_id}),
        "team": frozenset(
            about.team & (about.team if about.named_only is None else about.named_only)
        ),
        "named": frozenset(named),
    }
    anyone = frozenset().union(*(of[each] for each in chain)) - about.unreachable - {None}
    _, _, reached = escalated_to(rules(*chain, named=tuple(named)), step, about)
    assert bool(reached) == bool(anyone)


def test_of_a_restricted_record_only_those_who_may_see_it_are_routed_to() -> None:
    assert routed_to(replace(ABOUT, named_only=frozenset({"nurse-1", "ot-1"}))) == ("nurse-1",)
    assert routed_to(replace(ABOUT, named_only=frozenset())) == ()


def test_the_next_step_counts_from_when_this_one_was_taken() -> None:
    every = timedelta(minutes=DEFAULT.rules.escalate_every_minutes)
    assert next_step(DEFAULT.rules, NOW) == NOW + every


@pytest.mark.parametrize(
    ("who", "theirs"),
    [
        (Staff("coordinator-1"), True),
        (Staff("nurse-1", shifts=(Shift("north-cmht", NOW, NOW + HOUR),)), True),
        (Staff("nurse-1", shifts=(Shift("south-cmht", NOW, NOW + HOUR),)), False),
        (Staff("nurse-1", shifts=(Shift("north-cmht", NOW - HOUR, NOW),)), False),
        (Staff("manager-1", escalations=(Escalated(CONCERN, NOW),)), True),
        (Staff("manager-1", escalations=(Escalated(CONCERN, NOW - HOUR, NOW),)), False),
        (Staff("manager-1", escalations=(Escalated(new_id(), NOW),)), False),
        (Staff("ot-1"), False),
    ],
)
def test_whose_it_is_to_answer(who: Staff, theirs: bool) -> None:
    assert answers(CONCERN, Person("north-cmht", "coordinator-1"), who, NOW) is theirs

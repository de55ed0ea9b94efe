"""Themes are told so that nobody can be told from them: no sequence of questions reveals fewer
than five."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.supervision.domain import ThemeRelease
from services.supervision.policy import FEWEST, Quarter, anonymised, ended_before
from services.supervision.policy.themes import MOST_THEMES, SETTLED
from shared.kernel.actor import Actor

CLOCK = Actor("countersign", "Countersign", "system")
WORKERS = st.sampled_from([f"worker-{number}" for number in range(18)])
THEMES = st.sampled_from(["boundaries", "caseload", "endings", "lone working"])
RECORDS = st.lists(st.tuples(WORKERS, st.lists(THEMES, max_size=4)), max_size=60)
START = datetime(2024, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=3_000)).map(lambda since: START + since)


def _numbers(records: list[tuple[str, list[str]]]) -> Mapping[str, int]:
    return {each.theme: each.workers_at_least for each in anonymised(records)}


@given(RECORDS)
def test_what_fewer_than_five_named_is_not_told_and_numbers_go_by_fives(
    records: list[tuple[str, list[str]]],
) -> None:
    named = {
        theme: {worker for worker, themes in records if theme in themes}
        for theme in {theme for _, themes in records for theme in themes}
    }
    told = _numbers(records)
    assert told.keys() == {theme for theme, workers in named.items() if len(workers) >= FEWEST}
    for theme, number in told.items():
        assert number % FEWEST == 0
        assert FEWEST <= number <= len(named[theme]) < number + FEWEST


@given(RECORDS, THEMES)
def test_a_theme_that_fewer_than_five_named_leaves_no_trace(
    records: list[tuple[str, list[str]]], theme: str
) -> None:
    few = {worker for worker, themes in records if theme in themes}
    without = [(worker, [each for each in themes if each != theme]) for worker, themes in records]
    if len(few) < FEWEST:
        assert anonymised(records) == anonymised(without)


@given(RECORDS, RECORDS)
def test_what_can_be_subtracted_differs_by_five_or_not_at_all(
    one: list[tuple[str, list[str]]], other: list[tuple[str, list[str]]]
) -> None:
    """Two themes of a quarter, or one theme of two teams or two quarters."""
    numbers = [0, *_numbers(one).values(), *_numbers(other).values()]
    assert all((a - b) % FEWEST == 0 for a in numbers for b in numbers)


@given(RECORDS, st.randoms(use_true_random=False))
def test_the_order_says_nothing_of_who_came_first(
    records: list[tuple[str, list[str]]], random: Random
) -> None:
    shuffled = list(records)
    random.shuffle(shuffled)
    assert anonymised(records) == anonymised(shuffled)
    told = [(-each.workers_at_least, each.theme) for each in anonymised(records)]
    assert told == sorted(told)


def test_one_worker_counts_once_however_often_they_name_it() -> None:
    assert anonymised([("worker-1", ["endings"])] * 20) == ()
    assert anonymised([(f"worker-{n}", ["endings", "endings"]) for n in range(4)]) == ()
    assert _numbers([(f"worker-{n}", ["endings"]) for n in range(5)]) == {"endings": 5}
    assert _numbers([(f"worker-{n}", ["endings"]) for n in range(9)]) == {"endings": 5}
    assert _numbers([(f"worker-{n}", ["endings"]) for n in range(10)]) == {"endings": 10}


@pytest.mark.parametrize("theme", ["str worker 7's temper", "str-worker-7", "01632 960 001"])
def test_what_names_somebody_is_not_told_however_many_say_it(theme: str) -> None:
    records = [(f"worker-{n}", [theme, "endings"]) for n in range(9)]
    assert anonymised(records, {"str-worker-7", "STR worker 7"}) == anonymised(
        [(worker, ["endings"]) for worker, _ in records]
    )


def test_what_is_told_has_an_end() -> None:
    many = [f"theme {number:03}" for number in range(MOST_THEMES + 9)]
    told = anonymised([(f"worker-{n}", many) for n in range(5)])
    assert [each.theme for each in told] == many[:MOST_THEMES]


@given(MOMENTS)
def test_a_moment_is_of_one_quarter_which_is_told_of_after_its_end(at: datetime) -> None:
    quarter = Quarter.of(at)
    assert quarter.since <= at < quarter.until
    assert Quarter.named(quarter.name) == quarter
    assert Quarter.of(quarter.until - timedelta(microseconds=1)) == quarter
    assert Quarter.of(quarter.until) != quarter
    assert ended_before(at) <= quarter.since, "a quarter that goes on is not told of"
    assert ended_before(quarter.until) <= quarter.since, "nor until its records have settled"
    assert ended_before(quarter.until + SETTLED) == quarter.until


@pytest.mark.parametrize(
    ("at", "name"),
    [
        ("2026-03-31T22:59:59Z", "2026-Q1"),
        ("2026-03-31T23:00:00Z", "2026-Q2"),
        ("2026-12-31T23:59:59Z", "2026-Q4"),
        ("2027-01-01T00:00:00Z", "2027-Q1"),
    ],
)
def test_quarters_are_those_of_england(at: str, name: str) -> None:
    assert Quarter.of(datetime.fromisoformat(at)).name == name


def test_a_team_s_quarter_is_one_stream_whoever_tells_it() -> None:
    quarter = Quarter(2026, 3)
    at = quarter.until + SETTLED
    one = ThemeRelease.release(CLOCK, at, "north-cmht", quarter, ())
    again = ThemeRelease.release(CLOCK, at + SETTLED, "north-cmht", quarter, ())
    other = ThemeRelease.release(CLOCK, at, "south-cmht", quarter, ())
    assert one.id == again.id != other.id
    assert one.data_subject is None

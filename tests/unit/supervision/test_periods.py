"""When somebody was away: by what the register said of each day last."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.supervision.domain import Periods, Worker
from services.supervision.domain.periods import followed
from shared.contracts.supervision import WorkerDetails
from shared.kernel.actor import Actor
from tests.support.build import NOW

MANAGER = Actor("manager-1", "Manager 1", "team_manager")
PRESENT = WorkerDetails(name="n", job_title="j", employer="e", teams=("north-cmht",))
DAY = timedelta(days=1)
TODAY = NOW.date()


def _day(number: int) -> date:
    return TODAY + number * DAY


def _absent(number: int | None, **changes: Any) -> WorkerDetails:
    since = None if number is None else _day(number)
    return replace(PRESENT, status="absent", absent_from=since, **changes)


def _left(number: int) -> WorkerDetails:
    return replace(PRESENT, status="left", left_on=_day(number))


def _after(*said: tuple[int, WorkerDetails]) -> list[tuple[int, int | None]]:
    """The periods of a worker registered on day 0 of whom this is said later, in days."""
    worker = Worker.register(MANAGER, NOW, "str-worker-1", PRESENT)
    for number, details in said:
        worker.update(MANAGER, NOW + number * DAY, details)
    return [
        ((begun - TODAY).days, None if ended is None else (ended - TODAY).days)
        for begun, ended in worker.absences
    ]


@pytest.mark.parametrize(
    ("said", "periods"),
    [
        ((), []),
        (((5, _absent(5)),), [(5, None)]),
        (((5, _absent(None)),), [(5, None)]),
        (((5, _absent(2)),), [(2, None)]),
        (((5, _absent(5)), (6, _absent(None, band=4))), [(5, None)]),
        (((5, _absent(5)), (9, PRESENT)), [(5, 8)]),
        (((5, _absent(5)), (5, PRESENT)), [(5, 5)]),
        (((5, _absent(5)), (6, _absent(3))), [(3, None)]),
        (((5, _absent(5)), (9, PRESENT), (20, _absent(18))), [(5, 8), (18, None)]),
        (((5, _absent(5)), (9, PRESENT), (10, _absent(7))), [(5, 6), (7, None)]),
        (((5, _absent(5)), (9, PRESENT), (10, _absent(3))), [(3, None)]),
        (((9, _left(9)),), [(10, None)]),
        (((9, _left(9)), (30, PRESENT)), [(10, 29)]),
        (((9, _left(9)), (9, PRESENT)), [(10, 10)]),
        (((9, _left(9)), (12, _left(11))), [(12, None)]),
        (((9, _left(9)), (30, _absent(28))), [(10, 27), (28, None)]),
        (((5, _absent(5)), (9, _left(9))), [(5, 9), (10, None)]),
        (((5, _absent(5)), (9, _left(7))), [(5, 7), (8, None)]),
        (((5, _absent(5)), (9, _left(2))), [(3, None)]),
    ],
)
def test_periods(said: Any, periods: Any) -> None:
    assert _after(*said) == periods


def test_a_change_of_anything_else_moves_no_period() -> None:
    assert _after((5, _absent(5)), (7, _absent(5, absent_until=_day(9), band=5))) == [(5, None)]


STORIES = st.lists(
    st.tuples(st.sampled_from(("active", "absent")), st.integers(0, 3), st.integers(0, 9)),
    max_size=8,
)
"""Of each entry: the status, how many days after the one before, and since how many days."""


@given(STORIES)
def test_whatever_is_said_periods_stand_apart_and_in_order(
    story: list[tuple[Any, int, int]],
) -> None:
    periods: Periods = ()
    held, on = PRESENT, TODAY
    for status, later, since in story:
        before, was, on = held, periods, on + later * DAY
        held = replace(PRESENT, status=status)
        if status == "absent":
            held = replace(held, absent_from=on - since * DAY)
        periods = followed(was, before, held, on)
        if status == "absent":
            assert periods[-1] == (held.absent_from, None)
        over = periods[:-1] if status == "absent" else periods
        ended = [end for _, end in over]
        assert None not in ended
        assert all(begun <= end for begun, end in over if end)
        begun = [each for each, _ in periods]
        assert all(end < begin for end, begin in zip(ended, begun[1:], strict=False) if end)
        if held.absent_from == before.absent_from:
            assert periods == was

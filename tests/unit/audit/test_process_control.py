"""The XmR chart, and break-glass week by week."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.audit.policy import Glass, break_glass, limits, whole_weeks
from shared.kernel.errors import Malformed
from tests.support.build import NOW

MONDAY = datetime(2026, 9, 14, tzinfo=UTC)


def test_limits_are_the_mean_and_2_66_mean_moving_ranges() -> None:
    found = limits([10, 12, 9, 11, 10, 13, 8, 11])
    assert found
    assert found.centre == 10.5
    moving = (2 + 3 + 2 + 1 + 3 + 5 + 3) / 7
    assert found.upper == pytest.approx(10.5 + 2.66 * moving)
    assert found.lower == pytest.approx(10.5 - 2.66 * moving)


def test_a_count_has_no_limit_below_nothing() -> None:
    found = limits([0, 5, 0, 5, 0, 5, 0, 5])
    assert found
    assert found.lower == 0.0


def test_seven_points_say_nothing_yet() -> None:
    assert limits([1] * 7) is None
    assert limits([1] * 8) is not None


def test_weeks_are_counted_from_monday_to_sunday() -> None:
    happened = [
        Glass("granted", MONDAY),
        Glass("renewed", MONDAY + timedelta(days=6, hours=23)),
        Glass("read", MONDAY + timedelta(days=1)),
        Glass("justified", MONDAY + timedelta(days=7)),
        Glass("not_justified", MONDAY + timedelta(days=8)),
    ]
    found = break_glass(happened, MONDAY, MONDAY + timedelta(weeks=3), NOW)
    first, second, third = found.weeks
    assert (first.week_start, first.granted, first.renewals, first.reads) == (
        MONDAY.date(),
        2,
        1,
        1,
    )
    assert (second.granted, second.reviewed, second.not_justified) == (0, 2, 1)
    assert (third.week_start, third.granted) == (date(2026, 9, 28), 0)
    assert found.limits is None


def test_the_week_that_is_not_over_does_not_move_the_limits() -> None:
    start, end = whole_weeks(NOW - timedelta(weeks=8), None, NOW)
    happened = [Glass("granted", NOW - timedelta(weeks=number)) for number in range(1, 9)]
    found = break_glass(happened, start, end, NOW)
    assert [week.granted for week in found.weeks] == [1] * 8 + [0]
    assert found.limits
    assert (found.limits.centre, found.limits.upper) == (1, 1)


def test_a_period_is_widened_to_the_weeks_it_touches() -> None:
    wednesday = MONDAY + timedelta(days=2)
    assert whole_weeks(wednesday, wednesday + timedelta(hours=1), NOW) == (
        MONDAY,
        MONDAY + timedelta(weeks=1),
    )
    up_to_monday = whole_weeks(wednesday, MONDAY + timedelta(weeks=1), NOW)
    assert up_to_monday[1] == MONDAY + timedelta(weeks=1)


def test_half_a_year_unless_it_is_said() -> None:
    start, end = whole_weeks(None, None, NOW)
    assert (end - start) // timedelta(weeks=1) == 27, "26, and the one that is under way"
    assert start <= NOW - timedelta(weeks=26)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (NOW + timedelta(days=1), None),
        (NOW - timedelta(days=1), NOW - timedelta(days=2)),
        (datetime(1, 1, 1, tzinfo=UTC), None),
    ],
)
def test_periods_that_are_refused(since: datetime, until: datetime | None) -> None:
    with pytest.raises(Malformed):
        whole_weeks(since, until, NOW)

"""Periods of whole days in England, and between moments."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.referrals.policy import Period
from shared.kernel.errors import Malformed


def test_a_day_is_a_day_in_england() -> None:
    period = Period.asked(date(2026, 7, 1), date(2026, 7, 1))
    assert period.since == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert period.until == datetime(2026, 7, 1, 23, tzinfo=UTC)


def test_the_clocks_go_back_within_a_period() -> None:
    period = Period.asked(date(2026, 10, 25), date(2026, 10, 25))
    assert period.until - period.since == timedelta(hours=25)


def test_moments_are_taken_as_they_are() -> None:
    since, until = datetime(2026, 1, 1, 9, tzinfo=UTC), datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert Period.asked(since, until) == Period(since, until)


def test_a_leap_year_is_the_longest() -> None:
    assert Period.asked(date(2028, 1, 1), date(2028, 12, 31))
    with pytest.raises(Malformed, match="a year at most"):
        Period.asked(date(2028, 1, 1), date(2029, 1, 1))


@pytest.mark.parametrize("until", [date(2026, 6, 30), datetime(2026, 6, 1, tzinfo=UTC)])
def test_a_period_does_not_end_before_it_begins(until: date) -> None:
    with pytest.raises(Malformed, match="ends before"):
        Period.asked(date(2026, 7, 1), until)


def test_the_last_day_there_is_has_no_end() -> None:
    with pytest.raises(Malformed):
        Period.asked(date(9999, 12, 31), date(9999, 12, 31))


def test_months_are_whole() -> None:
    """As they are in England, February too."""
    assert Period.months(date(2028, 2, 1), date(2028, 2, 29)).until == datetime(
        2028, 3, 1, tzinfo=UTC
    )
    two = Period.months(date(2026, 7, 1), date(2026, 8, 31))
    assert two.since == datetime(2026, 6, 30, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 7, 2), date(2026, 7, 31)),
        (date(2026, 7, 1), date(2026, 7, 30)),
        (date(2028, 2, 1), date(2028, 2, 28)),
    ],
)
def test_parts_of_months_are_not_reported(first: date, last: date) -> None:
    with pytest.raises(Malformed, match="whole months"):
        Period.months(first, last)


def test_months_are_a_year_at_most_and_in_order() -> None:
    with pytest.raises(Malformed, match="a year at most"):
        Period.months(date(2026, 1, 1), date(2027, 1, 31))
    with pytest.raises(Malformed, match="ends before"):
        Period.months(date(2026, 3, 1), date(2026, 1, 31))

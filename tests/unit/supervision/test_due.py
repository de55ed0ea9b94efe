"""When supervision is due: examples, and a simulation that goes day by day instead of reckoning."""

from datetime import date, timedelta
from itertools import takewhile

from hypothesis import given
from hypothesis import strategies as st

from services.supervision.policy import Away, Obligation, Terms, obligations, standing

JANUARY = date(2026, 1, 5)


def day(weeks: float) -> date:
    """So many weeks after the start."""
    return JANUARY + timedelta(days=round(weeks * 7))


def terms(
    weeks: int = 4, last: float | None = None, away: tuple[tuple[float, float | None], ...] = ()
) -> Terms:
    """`away` until the day before they are back."""
    return Terms(
        starts_on=JANUARY,
        interval_weeks=weeks,
        last_day=None if last is None else day(last),
        away=tuple(
            Away(day(gone), None if back is None else day(back) - timedelta(days=1))
            for gone, back in away
        ),
    )


def until(last: date, of: Terms, *held: float) -> list[tuple[date, date | None]]:
    found = obligations(of, [day(each) for each in held])
    return [(each.due_on, each.held_on) for each in takewhile(lambda o: o.due_on <= last, found)]


def test_the_first_is_due_an_interval_after_the_start_and_each_next_after_the_last_held() -> None:
    assert until(day(12), terms(), 3, 6) == [
        (day(4), day(3)),
        (day(7), day(6)),
        (day(10), None),
    ]


def test_one_held_on_the_day_is_in_time_and_a_day_later_is_not() -> None:
    assert Obligation(day(4), day(4)).in_time
    assert not Obligation(day(4), day(4) + timedelta(days=1)).in_time
    assert not Obligation(day(4)).in_time


def test_a_day_that_passes_is_not_in_time_until_one_is_held_which_counts_anew() -> None:
    assert until(day(18), terms(), 9) == [
        (day(4), None),
        (day(8), day(9)),
        (day(13), None),
        (day(17), None),
    ]


def test_two_on_one_day_are_one() -> None:
    assert until(day(9), terms(), 2, 2) == [(day(4), day(2)), (day(6), None)]


def test_nothing_is_due_after_the_last_day() -> None:
    assert until(day(90), terms(last=4)) == [(day(4), None)]
    assert until(day(90), terms(last=3.9)) == []


def test_days_away_do_not_count() -> None:
    assert until(day(11), terms(away=((3, 10),))) == [(day(11), None)]
    assert until(day(6), terms(away=((1, 3),))) == [(day(6), None)]
    assert until(day(9), terms(away=((-3, 5),))) == [(day(9) - timedelta(days=1), None)]
    assert until(day(5), terms(away=((4 + 1 / 7, 5),))) == [(day(4), None)], "it had passed before"
    assert until(day(10), terms(away=((4, 10),))) == [(day(10), None)], "they went that very day"


def test_two_absences_in_a_row_are_as_one() -> None:
    one = until(day(20), terms(away=((3, 10),)))
    assert until(day(20), terms(away=((3, 7), (7, 10)))) == one
    assert until(day(20), terms(away=((5, 10), (3, 7)))) == one


def test_nothing_is_due_of_who_is_away_until_nobody_knows_when() -> None:
    assert until(day(400), terms(away=((3, None),))) == []
    assert until(day(400), terms(away=((5, None),))) == [(day(4), None)]


def test_what_was_held_before_they_went_stays_where_it_was() -> None:
    assert until(day(8), terms(away=((3, 9),)), 2) == [(day(4), day(2))]
    assert until(day(8), terms(away=((3, None),)), 2) == [(day(4), day(2))]


def test_one_that_takes_the_place_of_another_goes_on_from_what_was_held_last() -> None:
    assert until(day(7), terms(), -1) == [(day(3), None), (day(7), None)]
    assert until(day(3), terms(), -4) == [(day(0), None)]
    assert until(day(5), terms(), -5) == [(day(4), None)], "that was due before this one began"


def test_how_it_stands() -> None:
    found = standing(terms(), [day(3)], today=day(12), horizon=day(20))
    assert (found.overdue_since, found.overdue) == (day(7), day(11))
    assert found.next_due_on == day(15)
    assert found.coming == (day(15), day(19))
    assert [each.in_time for each in found.settled] == [True, False, False]


def test_due_today_is_next_and_not_overdue_before_the_day_is_over() -> None:
    today = standing(terms(), [], today=day(4), horizon=day(4))
    assert (today.next_due_on, today.overdue, today.settled) == (day(4), None, ())
    assert today.coming == (day(4),)
    assert standing(terms(), [], today=day(5), horizon=day(5)).overdue == day(4)


def test_what_is_held_later_is_not_known_before() -> None:
    then = standing(terms(), [day(3), day(6)], today=day(4), horizon=day(12))
    assert then.next_due_on == day(7)
    assert then.coming == (day(7), day(11))


def test_nothing_is_overdue_of_an_agreement_that_has_ended() -> None:
    over = standing(terms(last=5), [], today=day(6), horizon=day(60))
    assert (over.overdue, over.overdue_since, over.next_due_on, over.coming) == (
        None,
        None,
        None,
        (),
    )
    assert [each.in_time for each in over.settled] == [False], "but it counts"


def simulated(
    of: Terms, held: set[date], last: date
) -> tuple[list[tuple[date, date | None]], list[date]]:
    """Day by day: the due days that passed, each with what made up for it later, and the days on
    which one was held in time. A clock runs down on days at work, and is wound up again when one
    is held or it has run out."""
    passed: list[tuple[date, date | None]] = []
    in_time: list[date] = []
    left, behind = of.interval_weeks * 7, False
    today = of.starts_on
    while (today := today + timedelta(days=1)) <= last:
        away = any(each.until and each.since <= today <= each.until for each in of.away)
        left -= not away
        if today in held:
            if behind:
                passed[-1] = (passed[-1][0], today)
            else:
                in_time.append(today)
            left, behind = of.interval_weeks * 7, False
        elif left == 0 and not away:
            passed.append((today, None))
            left, behind = of.interval_weeks * 7, True
    return passed, in_time


HORIZON = JANUARY + timedelta(weeks=30)
days = st.integers(1, 30 * 7).map(lambda n: JANUARY + timedelta(days=n))
absences = st.builds(
    lambda since, length: Away(since, since + timedelta(days=length)), days, st.integers(0, 60)
)
agreed = st.builds(
    lambda weeks, away: Terms(starts_on=JANUARY, interval_weeks=weeks, away=tuple(away)),
    st.integers(1, 6),
    st.lists(absences, max_size=3),
)


@given(agreed, st.sets(days, max_size=20))
def test_it_is_what_a_clock_would_say_that_runs_day_by_day(of: Terms, held: set[date]) -> None:
    found = list(takewhile(lambda each: each.due_on <= HORIZON, obligations(of, held)))
    passed, in_time = simulated(of, held, HORIZON)
    assert [(each.due_on, each.held_on) for each in found if not each.in_time] == passed
    # What is held before the horizon and due after it isn't among those found.
    held_in_time = [each.held_on for each in obligations_held(of, held) if each.in_time]
    assert held_in_time == in_time


def obligations_held(of: Terms, held: set[date]) -> list[Obligation]:
    """All that are, up to the first that is due when nothing is held any more."""
    return list(takewhile(lambda o: o.held_on or o.due_on <= HORIZON, obligations(of, held)))


@given(agreed, st.sets(days, max_size=20), days)
def test_a_last_day_takes_away_what_is_due_after_it_and_nothing_else(
    of: Terms, held: set[date], last: date
) -> None:
    ends = Terms(
        starts_on=of.starts_on, interval_weeks=of.interval_weeks, last_day=last, away=of.away
    )
    without = takewhile(lambda each: each.due_on <= last, obligations(of, held))
    assert [each.due_on for each in obligations(ends, held)] == [each.due_on for each in without]


@given(agreed, st.sets(days, max_size=20), days)
def test_an_absence_without_an_end_is_as_one_that_ends_after_all(
    of: Terms, held: set[date], since: date
) -> None:
    def by_the_horizon(until: date | None) -> list[Obligation]:
        ends = Terms(
            starts_on=of.starts_on,
            interval_weeks=of.interval_weeks,
            away=(*of.away, Away(since, until)),
        )
        return list(takewhile(lambda each: each.due_on <= HORIZON, obligations(ends, held)))

    assert by_the_horizon(None) == by_the_horizon(HORIZON + timedelta(weeks=500))


@given(agreed, st.sets(days, max_size=20), days)
def test_how_it_stands_follows_from_what_was_due(of: Terms, held: set[date], today: date) -> None:
    now = standing(of, held, today, HORIZON)
    known = {each for each in held if each <= today}
    passed, in_time = simulated(
        of, known, today - timedelta(days=1) if today not in held else today
    )
    assert len([each for each in now.settled if not each.in_time]) == len(passed)
    assert [each.held_on for each in now.settled if each.in_time] == in_time
    since_held = [due for due, made_up in passed if due > max(known, default=date.min)]
    assert now.overdue_since == (since_held[0] if since_held else None)
    assert now.overdue == (since_held[-1] if since_held else None)
    assert now.next_due_on is not None
    assert now.next_due_on >= today
    assert now.coming == tuple(each for each in now.coming if today <= each <= HORIZON)
    assert (now.next_due_on in now.coming) == (now.next_due_on <= HORIZON)

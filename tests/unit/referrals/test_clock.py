"""How long somebody has waited: exact, whatever stops there were; and by when what is due."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.referrals.policy import Clock, Stop

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def test_time_goes_on_while_nobody_is_asked() -> None:
    clock = Clock(START)
    assert clock.running
    assert clock.waited(at(5)) == timedelta(hours=5)
    assert clock.waiting_since == START


def test_a_stop_is_not_waited() -> None:
    stopped = Clock(START, (Stop(at(2)),))
    assert not stopped.running
    assert stopped.waited(at(2)) == stopped.waited(at(50)) == timedelta(hours=2)
    resumed = Clock(START, (Stop(at(2), at(10)),))
    assert resumed.running
    assert resumed.waited(at(11)) == timedelta(hours=3)
    assert resumed.waited(at(4)) == timedelta(hours=2), "as it was during the stop"
    assert resumed.waiting_since == at(8)


def test_it_stays_as_it_was_when_it_ended() -> None:
    ended = Clock(START, (Stop(at(2), at(10)),), at(20))
    assert not ended.running
    assert ended.waited(at(20)) == ended.waited(at(500)) == timedelta(hours=12)
    assert Clock(START, (), at(-1)).waited(at(5)) == timedelta(0), "received a minute ahead"


def test_what_is_due_moves_with_the_stops_until_it_is_done() -> None:
    planned = at(168)
    assert Clock(START).due(planned, None) == planned
    assert Clock(START, (Stop(at(2)),)).due(planned, None) is None
    resumed = Clock(START, (Stop(at(2), at(10)),))
    assert resumed.due(planned, None) == at(176)
    assert resumed.due(None, None) is None, "nothing was planned"
    again = Clock(START, (Stop(at(2), at(10)), Stop(at(30))))
    assert again.due(planned, at(20)) == at(176), "a stop after it was done moves nothing"
    assert again.due(planned, None) is None
    ended = Clock(START, (Stop(at(2), at(10)), Stop(at(30), at(40))), at(40))
    assert ended.due(planned, None) == at(186)


minutes = st.integers(-5, 60)
stops = st.lists(st.tuples(minutes, minutes), max_size=5)


@given(stops, st.integers(0, 90), st.one_of(st.none(), st.integers(0, 90)))
def test_every_minute_is_waited_or_stopped_and_none_twice(
    found: list[tuple[int, int]], now: int, end: int | None
) -> None:
    """Also where machines' times differ: stops that overlap, are upside down or begin too early."""
    spans = sorted(found)

    def moment(minute: int) -> datetime:
        return START + timedelta(minutes=minute)

    clock = Clock(
        START,
        tuple(Stop(moment(since), moment(until)) for since, until in spans),
        None if end is None else moment(end),
    )
    reached = now if end is None else min(now, end)
    waited = [
        minute
        for minute in range(reached)
        if not any(since <= minute < until for since, until in spans)
    ]
    assert clock.waited(moment(now)) == timedelta(minutes=len(waited))
    if end is None and all(until <= now for _, until in spans):
        assert moment(now) - clock.waiting_since == clock.waited(moment(now))

"""When somebody was away: periods of whole days, in order, none over another."""

from datetime import date, timedelta

from shared.contracts.supervision import WorkerDetails

Period = tuple[date, date | None]
"""From a day to the last one; None while it goes on."""
Periods = tuple[Period, ...]
_DAY = timedelta(days=1)


def followed(periods: Periods, held: WorkerDetails | None, now: WorkerDetails, on: date) -> Periods:
    """The periods after an entry took another's place on a day.

    One begins when somebody is absent and ends the day before they no longer are, or on their last
    day. What is said last of a day counts: a period that begins earlier than was said cuts the ones
    before it.
    """
    was = held.absent_from if held and held.status == "absent" else None
    since = now.absent_from if now.status == "absent" else None
    if since == was:
        return periods
    before = periods[:-1] if was else periods
    if since:
        return (*_until(before, since - _DAY), (since, None))
    assert was, "somebody no longer absent was so before"
    last = now.left_on if now.status == "left" and now.left_on else on - _DAY
    return (*before, (was, max(was, last)))


def _until(periods: Periods, last: date) -> Periods:
    return tuple((begun, min(ended or last, last)) for begun, ended in periods if begun <= last)

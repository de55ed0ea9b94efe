"""When somebody was away: periods of whole days, in order, none over another."""

from datetime import date, timedelta

from shared.contracts.supervision import WorkerDetails

Period = tuple[date, date | None]
"""From a day to the last one; None while it goes on."""
Periods = tuple[Period, ...]
_DAY = timedelta(days=1)


def followed(periods: Periods, held: WorkerDetails | None, now: WorkerDetails, on: date) -> Periods:
    """The periods after an entry took another's place on a day.

    One begins when somebody is absent, or after their last day, and ends the day before they are
    back. What is said last of a day counts: a period that begins earlier than was said cuts the
    ones before it.
    """
    was, since = _away_since(held), _away_since(now)
    if since == was:
        return periods
    if since is None:
        assert was, "somebody no longer away was so before"
        return (*periods[:-1], (was, max(was, on - _DAY)))
    corrected = was is not None and held is not None and held.status == now.status
    return (*_until(periods[:-1] if corrected else periods, since - _DAY), (since, None))


def _away_since(entry: WorkerDetails | None) -> date | None:
    if entry is None:
        return None
    match entry.status:
        case "absent":
            return entry.absent_from
        case "left" if entry.left_on:
            return entry.left_on + _DAY
    return None


def _until(periods: Periods, last: date) -> Periods:
    return tuple((begun, min(ended or last, last)) for begun, ended in periods if begun <= last)

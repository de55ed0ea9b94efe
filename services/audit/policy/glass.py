"""How often the glass is broken, week by week; counts only, nothing under the person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from services.audit.policy.process_control import Limits, limits
from shared.kernel.errors import Malformed

WEEK = timedelta(weeks=1)
USUALLY = 26 * WEEK
LONGEST = 520 * WEEK


@dataclass(frozen=True, slots=True)
class Glass:
    """One thing that happened to an override."""

    what: Literal["granted", "renewed", "justified", "not_justified", "read"]
    time: datetime


@dataclass(frozen=True, slots=True)
class Week:
    """An ISO week, in UTC. `granted` includes `renewals`, `reviewed` includes `not_justified`."""

    week_start: date
    granted: int = 0
    renewals: int = 0
    reviewed: int = 0
    not_justified: int = 0
    reads: int = 0


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """Weeks without any count as 0. `limits` are of what was granted in the weeks that are over."""

    weeks: tuple[Week, ...]
    limits: Limits | None


def monday(moment: datetime) -> date:
    """The day on which a moment's ISO week begins."""
    day = moment.date()
    return day - timedelta(days=day.weekday())


def whole_weeks(
    since: datetime | None, until: datetime | None, now: datetime
) -> tuple[datetime, datetime]:
    """The weeks that a period touches, none of them to come; half a year unless it is said.

    Raises `Malformed` for a period that is empty or longer than ten years.
    """
    end = min(until or now, now)
    start = since or end - USUALLY
    if start >= end:
        raise Malformed("this period holds no time up to now", "to")
    if end - start > LONGEST:
        raise Malformed("ask for ten years at most", "from")
    return _midnight(monday(start)), _midnight(monday(end - timedelta.resolution)) + WEEK


def break_glass(
    happened: Iterable[Glass], since: datetime, until: datetime, now: datetime
) -> BreakGlass:
    """Every week from `since` up to `until`, both the first moment of a week."""
    counted: dict[date, dict[str, int]] = {}
    for each in happened:
        week = counted.setdefault(monday(each.time), {})
        week[each.what] = week.get(each.what, 0) + 1
    starts = (since.date() + number * WEEK for number in range((until - since) // WEEK))
    weeks = tuple(_week(start, counted.get(start, {})) for start in starts)
    over = [week.granted for week in weeks if week.week_start + WEEK <= now.date()]
    return BreakGlass(weeks, limits(over))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _week(start: date, counts: dict[str, int]) -> Week:
    renewals, not_justified = counts.get("renewed", 0), counts.get("not_justified", 0)
    return Week(
        week_start=start,
        granted=counts.get("granted", 0) + renewals,
        renewals=renewals,
        reviewed=counts.get("justified", 0) + not_justified,
        not_justified=not_justified,
        reads=counts.get("read", 0),
    )

"""Periods that are asked for: from a moment until just before another, or whole days."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from shared.kernel.days import LOCAL
from shared.kernel.errors import Malformed

LONGEST = timedelta(days=366)
"""A leap year, and not more: an answer of a known size."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` until just before `until`."""

    since: datetime
    until: datetime

    @classmethod
    def asked(cls, since: date | datetime, until: date | datetime) -> "Period":
        """From one to the other; a day begins and ends as in England, and `until` is included if
        it is a day. Raises `Malformed` for none at all, or more than a year."""
        period = cls(_starts(since), _starts(until, days=1))
        if period.since >= period.until:
            raise Malformed("the period ends before it begins", "to")
        if period.until - period.since > LONGEST + timedelta(hours=1):
            raise Malformed("a period is a year at most", "to")
        return period

    @classmethod
    def months(cls, first: date, last: date) -> "Period":
        """Whole calendar months. Reports of any days one likes would tell by their differences
        what each of them hides. Raises `Malformed` for anything else."""
        if first.day != 1:
            raise Malformed("a report is of whole months: from the first day of one", "from")
        if last.day != monthrange(last.year, last.month)[1]:
            raise Malformed("a report is of whole months: to the last day of one", "to")
        return cls.asked(first, last)

    def covers(self, at: datetime) -> bool:
        return self.since <= at < self.until


def _starts(at: date | datetime, days: int = 0) -> datetime:
    if isinstance(at, datetime):
        return at
    try:
        return datetime.combine(at + timedelta(days=days), time(), LOCAL).astimezone(UTC)
    except OverflowError:
        raise Malformed("no such day", "to") from None

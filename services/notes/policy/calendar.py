"""Working days, as the trust's offices keep them: England's calendar, in local time."""

from datetime import UTC, date, datetime, time, timedelta

from holidays import country_holidays

from shared.kernel.days import LOCAL, local_day

_BANK_HOLIDAYS = country_holidays("GB", subdiv="ENG")


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _BANK_HOLIDAYS


def end_of_working_day(at: datetime, days: int) -> datetime:
    """The last second, in UTC, of the day that many working days after `at`."""
    day = local_day(at)
    for _ in range(days):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return datetime.combine(day, time(23, 59, 59), LOCAL).astimezone(UTC)

"""Days as people in England keep them: what happens at a moment happens on this day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Europe/London")


def local_day(at: datetime) -> date:
    """The day that it is in England at a moment."""
    return at.astimezone(LOCAL).date()

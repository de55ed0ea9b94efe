"""What has not happened yet can't be recorded as if it had, nor something be due before today."""

from datetime import date, datetime, timedelta

from shared.kernel.errors import Malformed

FUTURE_ALLOWED = timedelta(seconds=60)
"""How far ahead of our clock a client's may be."""


def refuse_future(time: datetime, now: datetime, name: str) -> None:
    if time > now + FUTURE_ALLOWED:
        raise Malformed(f"{name} is in the future", f"#/{name}")


def refuse_future_day(day: date | None, today: date, name: str) -> None:
    if day is not None and day > today:
        raise Malformed(f"{name} is in the future", f"#/{name}")


def refuse_past_day(day: date | None, today: date, name: str) -> None:
    if day is not None and day < today:
        raise Malformed(f"{name} is in the past", f"#/{name}")


def refuse_past_review(due: date | None, today: date) -> None:
    """A review is due on a day to come."""
    if due is not None and due <= today:
        raise Malformed("review_due is not in the future", "#/review_due")

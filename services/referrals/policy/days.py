"""Which days may be named, as of today."""

from datetime import date

from shared.kernel.errors import Malformed


def refuse_past_review(due: date | None, today: date) -> None:
    """A review is due on a day to come."""
    if due is not None and due <= today:
        raise Malformed("review_due is not in the future", "#/review_due")


def refuse_future_day(day: date | None, today: date, field: str) -> None:
    """What has not happened yet can't be recorded as if it had."""
    if day is not None and day > today:
        raise Malformed(f"{field} is in the future", f"#/{field}")

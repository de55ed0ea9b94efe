"""Supervision against a team's target: what was due in a period, and what of it was in time."""

from collections.abc import Iterable
from datetime import date

from services.supervision.policy.due import Obligation


def counted(settled: Iterable[Obligation], since: date, until: date) -> tuple[int, int]:
    """How many were due from one day through another, and how many of these were in time."""
    due = [each for each in settled if since <= each.due_on <= until]
    return len(due), sum(each.in_time for each in due)


def rate_percent(due: int, in_time: int) -> float | None:
    """With one decimal, half of it rounded up; None where nothing was due."""
    return (2000 * in_time + due) // (2 * due) / 10 if due else None


def meets(due: int, in_time: int, target_percent: int) -> bool | None:
    """Whether it reaches a target, before rounding; None where nothing was due."""
    return 100 * in_time >= target_percent * due if due else None

"""The order of a waiting list: priority, then who has waited longest (domain, section 4)."""

from datetime import datetime, timedelta
from typing import get_args

from shared.contracts.referrals import Priority

RANKS: dict[str, int] = {name: n for n, name in enumerate(get_args(Priority), start=1)}
"""1 for the most pressing."""
DAY = timedelta(days=1)


def rank(priority: Priority) -> int:
    return RANKS[priority]


def days_waited(waiting_since: datetime, at: datetime) -> int:
    """Whole days, of 24 hours each."""
    return max(0, (at - waiting_since) // DAY)

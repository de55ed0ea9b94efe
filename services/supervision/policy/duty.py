"""What a shift is, and a rota."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby, pairwise
from operator import attrgetter

from shared.contracts.supervision import DutyShift

LONGEST_SHIFT = timedelta(hours=24)


def is_shift(shift: DutyShift) -> bool:
    return timedelta(0) < shift.ends_at - shift.starts_at <= LONGEST_SHIFT


def twice_at_once(shifts: Iterable[DutyShift]) -> bool:
    """Whether someone's shift begins before another of theirs has ended."""
    of_each = sorted(shifts, key=attrgetter("staff_id", "starts_at"))
    return any(
        later.starts_at < earlier.ends_at
        for _, theirs in groupby(of_each, key=attrgetter("staff_id"))
        for earlier, later in pairwise(theirs)
    )

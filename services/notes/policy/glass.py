"""Break-glass: how long it stays open, how soon it is reviewed (domain, section 6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.kernel.errors import Malformed
from shared.kernel.relationship import Shift


@dataclass(frozen=True, slots=True)
class BreakGlassPolicy:
    """Breaking it again within `gap` of the last time's end is a renewal."""

    longest: timedelta
    gap: timedelta
    review_working_days: int


BREAK_GLASS = BreakGlassPolicy(
    longest=timedelta(hours=12), gap=timedelta(hours=12), review_working_days=3
)


def until(requested: datetime | None, shift: Shift | None, at: datetime) -> datetime:
    """When broken glass closes again: at the end of the shift, and after 12 hours at most.

    Raises `Malformed` for a time that has passed or lies beyond the 12 hours.
    """
    latest = at + BREAK_GLASS.longest
    if requested is not None and not at < requested <= latest:
        raise Malformed(f"until is later than now, and {latest:%H:%M} UTC at the latest", "#/until")
    return min(requested or latest, shift.ends_at if shift else latest, latest)


def renewal(previous_until: datetime | None, previous_renewal: int, at: datetime) -> int:
    """How often the same glass was broken before without a gap worth the name."""
    if previous_until is None or previous_until + BREAK_GLASS.gap < at:
        return 0
    return previous_renewal + 1

"""What an auditor may see: the engagements in force, taken together (domain, section 1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.kernel.engagement import Scope, Terms
from shared.kernel.errors import Malformed

A_LEAP_YEAR = 2000
NOTHING = Scope()
EVERYTHING = Scope(everything=True)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a caller sees of the record, and within it where content and names are shown.

    `engagement_id` is the engagement that is put on record with the question: the widest.
    """

    scope: Scope
    identified: Scope
    engagement_id: UUID | None = None


GOVERNANCE = Sight(EVERYTHING, EVERYTHING)
"""What an IG lead sees, who needs no engagement."""


def sight(in_force: Sequence[Terms]) -> Sight | None:
    """What engagements show together; None when there is none."""
    if not in_force:
        return None
    scope = identified = NOTHING
    for terms in in_force:
        scope |= terms.scope
        if terms.identities:
            identified |= terms.scope
    widest = max(in_force, key=lambda each: (each.scope.everything, each.identities))
    return Sight(scope, identified, widest.id)


def refuse_term(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """An engagement ends in the future, after it starts, and within twelve months of that."""
    if ends_at <= now:
        raise Malformed("ends_at is not in the future", "#/ends_at")
    if ends_at <= starts_at:
        raise Malformed("ends_at is not after starts_at", "#/ends_at")
    years = ends_at.year - starts_at.year
    later_in_the_year = ends_at.replace(year=A_LEAP_YEAR) > starts_at.replace(year=A_LEAP_YEAR)
    if (years, later_in_the_year) > (1, False):
        raise Malformed("an engagement lasts twelve months at most", "#/ends_at")

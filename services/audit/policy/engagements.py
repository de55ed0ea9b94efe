"""What an auditor may see: the engagements in force, taken together (domain, section 1)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from shared.kernel.engagement import EVERYTHING, Scope, Terms, covering
from shared.kernel.errors import Malformed

A_LEAP_YEAR = 2000
GOVERNANCE = Terms(None, EVERYTHING, identities=True)
"""What an IG lead reads under, who needs no engagement."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a caller sees of the record: what any of some terms covers, and nothing that is about
    people whose record they are `excluded_from`, or of notes and concerns that are `kept_from`
    them, known by their ids."""

    terms: tuple[Terms, ...]
    excluded_from: frozenset[str] = frozenset()
    kept_from: frozenset[str] = frozenset()

    @property
    def scope(self) -> Scope:
        return reduce(or_, (each.scope for each in self.terms))

    @property
    def engagement_id(self) -> UUID | None:
        """What is put on record with a question about nobody in particular: the widest."""
        widest = max(self.terms, key=lambda each: (each.scope.everything, each.identities))
        return widest.id

    def under(self, team_id: str | None, people: Collection[str]) -> Terms | None:
        """What covers an item that belongs to a team and is about people."""
        return covering(self.terms, team_id, people)

    def identifies(self, team_id: str | None, people: Collection[str]) -> bool:
        """Whether content and names are shown of it."""
        found = self.under(team_id, people)
        return found is not None and found.identities


def widest(covering: Iterable[Terms | None]) -> Terms | None:
    """Of terms that may cover something, one that does, and rather one that identifies people."""
    found = (each for each in covering if each is not None)
    return max(found, key=lambda terms: terms.identities, default=None)


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

"""What an auditor may read: within an engagement that someone else approved (domain, section 1)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Self
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything; or what belongs to some teams or is about some people. Both may be empty."""

    everything: bool = False
    teams: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()

    @classmethod
    def agreed(cls, teams: Collection[str], people: Collection[UUID | str]) -> Self:
        """What an engagement says it covers: naming neither team nor person means everything."""
        return cls(not teams and not people, frozenset(teams), frozenset(map(str, people)))

    def __or__(self, other: "Scope") -> "Scope":
        return Scope(
            self.everything or other.everything,
            self.teams | other.teams,
            self.people | other.people,
        )

    def covers(self, team_id: str | None, people: Collection[str]) -> bool:
        """Whether what belongs to a team and is about people lies within."""
        return self.everything or team_id in self.teams or not self.people.isdisjoint(people)


EVERYTHING = Scope(everything=True)


@dataclass(frozen=True, slots=True)
class Terms:
    """What one engagement allows while it is in force."""

    id: UUID | None
    """None for what needs no engagement: an IG lead's duty."""
    scope: Scope
    identities: bool


def covering(
    in_force: Iterable[Terms], team_id: str | None, people: Collection[str]
) -> Terms | None:
    """Of these terms, those that cover what belongs to a team and is about people; None if none do.

    Of several the first, but one that allows identities before one that doesn't: people are
    identified if any that covers allows it.
    """
    found = (terms for terms in in_force if terms.scope.covers(team_id, people))
    return max(found, key=lambda terms: terms.identities, default=None)

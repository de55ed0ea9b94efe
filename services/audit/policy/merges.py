"""Which registrations were one person at a moment, by what was merged and separated until then."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Merge:
    """What a registration was merged into at a version of it; `into` None when it was separated.

    `time` is when that was decided, `recorded_at` when the ledger had it.
    """

    id: str
    version: int
    into: str | None
    time: datetime
    recorded_at: datetime


def same_person(merges: Iterable[Merge], id: str) -> tuple[str, ...]:
    """All registrations that are one person with this one, the one that stands for them first."""
    newest = {each.id: each.into for each in sorted(merges, key=lambda each: each.version)}
    into = {merged: onto for merged, onto in newest.items() if onto is not None}
    root = _root(into, id)
    return (root, *sorted(each for each in into if each != root and _root(into, each) == root))


def _root(into: dict[str, str], id: str) -> str:
    """The end of the chain. If a separation is still to come it may lead round: then the least of
    those on the way round, as the services have it."""
    passed = [id]
    while (further := into.get(passed[-1])) is not None:
        if further in passed:
            return min(passed[passed.index(further) :])
        passed.append(further)
    return passed[-1]

"""What is found, and how it is said."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    WRONG = "wrong"
    UNSEEN = "unseen"
    """It could not be looked at."""
    CAREFUL = "careful"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` is so; `why` it matters; what to `do`. With `production`, only there it matters."""

    level: Level
    what: str
    why: str = ""
    do: str = ""
    production: bool = False


Findings = Iterator[Finding]


def fine(what: str) -> Finding:
    return Finding(Level.FINE, what)


def elsewhere(what: str, role: str) -> Finding:
    """Policies let only another process of the service go there: it is no fault not to see it."""
    return fine(f"{what} not looked at from here: ask the {role}'s pod (--role {role})")


def wrong(what: str, why: str, do: str) -> Finding:
    return Finding(Level.WRONG, what, why, do)


def careful(what: str, why: str, do: str) -> Finding:
    return Finding(Level.CAREFUL, what, why, do)


def unseen(what: str, why: str, do: str) -> Finding:
    return Finding(Level.UNSEEN, what, why, do)


def demanded(what: str, why: str, do: str) -> Finding:
    """Wrong in production, and of no account elsewhere."""
    return Finding(Level.WRONG, what, why, do, production=True)


def advised(what: str, why: str, do: str) -> Finding:
    """To be careful about in production, and of no account elsewhere."""
    return Finding(Level.CAREFUL, what, why, do, production=True)


@dataclass(frozen=True, slots=True)
class Placed:
    """A finding with where it belongs; `service` is empty where it is of several."""

    service: str
    area: str
    finding: Finding


def placed(service: str, area: str, findings: Iterable[Finding]) -> list[Placed]:
    return [Placed(service, area, each) for each in findings]


def or_fine(said: str, findings: Iterable[Finding]) -> Findings:
    """The findings; `said` where there are none, as it should be."""
    found = [*findings]
    yield from found or [fine(said)]

"""Where a service and the ledger disagree about what was recorded. Pure functions."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Disagreement = Literal["fork", "chain", "digest", "missing", "unpublished"]
"""What may be found besides a gap (`shared.contracts.audit.Finding`)."""
AT_ONCE = 1000
"""Events that are compared by one digest."""
MOST_RANGES = 20
"""Compared at one look, of one service: how fast a round may go."""
SHARE = 0.5
"""Of the time between the beginnings of two rounds, what a round may take."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an event at a position: its id, and the SHA-256 of its bytes."""

    event_id: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Between:
    """Positions strictly after one and before another."""

    after: int
    before: int

    def has(self, position: int) -> bool:
        return self.after < position < self.before


@dataclass(frozen=True, slots=True)
class Difference:
    kind: Disagreement
    position: int


def differences(
    theirs: Mapping[int, Known],
    ours: Mapping[int, Known],
    gaps: Sequence[Between] = (),
    lost: Sequence[Between] = (),
) -> list[Difference]:
    """Where two copies of a range differ, by position.

    What lies in an open gap is not told here: it is asked for already. Neither is what the service
    `lost` when its store was set back, which it has itself put on record.
    """
    found = []
    for position in sorted(theirs.keys() | ours.keys()):
        if position not in theirs:
            if not _in(lost, position):
                found.append(Difference("missing", position))
        elif position not in ours:
            if not _in(gaps, position):
                found.append(Difference("unpublished", position))
        elif theirs[position] != ours[position]:
            found.append(Difference("digest", position))
    return found


def ranges_at_once(size: int, seconds_between_rounds: float, look_every: float = 1.0) -> int:
    """How many ranges to compare at each look, so that a round over `size` events ends in time."""
    looks = max(1.0, seconds_between_rounds * SHARE / look_every)
    return min(MOST_RANGES, max(1, math.ceil(size / looks / AT_ONCE)))


def _in(spans: Iterable[Between], position: int) -> bool:
    return any(span.has(position) for span in spans)

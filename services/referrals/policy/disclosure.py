"""Counts of people that tell nobody's story: small numbers hidden, and what would give them away.

A table with all its totals is a flow: what goes into a place comes out of it, and every number is
one line of it. A hidden number can be worked out from the others exactly when no round trip of
hidden lines passes through it, on which one person more here is one less there.

Zeros tell as much beside a small total: who is the only one of a group is known to be where the
zeros aren't. So whatever can only be part of a small number is hidden with it, zeros too.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

SMALL = 5
"""Counts from 1 to 4 are hidden. NHS practice varies (NHS Digital hid 1 to 5 of hospital statistics
until 2018, and hides fewer than 5 of the MHSDS); the trust's disclosure policy decides [check]."""
TOTAL_COSTS = 1_000_000
"""A total is hidden only where no cell in its stead would do."""

Place = Hashable
START: Place = "start"
"""Where whatever is counted comes in: every round trip of a whole table passes here."""
Ranges = Mapping[Hashable, tuple[int, float]]
"""The least and the most that each number could be."""


@dataclass(frozen=True, slots=True)
class Line:
    """One number of a table: so many from one place to another. `key` is its name."""

    key: Hashable
    tail: Place
    head: Place
    count: int
    total: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    """One line of a round trip, walked with it (one more) or against it (one less)."""

    to: Place
    line: Line
    cost: int


def hidden(lines: Iterable[Line]) -> frozenset[Hashable]:
    """Which numbers of a table are not to be shown.

    The small ones, with whatever is only part of one; and of the others, in turn, the fewest
    people's that leave each of these at least one other value it could have. That holds for a
    reader who knows this rule, and so what range a hidden number is in. Where it can't be had,
    nothing is shown at all; but a zero that shown zeros tell (nobody at all was redirected) stays
    as it is.
    """
    table = tuple(lines)
    parts = _parts(table)
    known = {line.key: _known(line, parts) for line in table}
    away = {line.key for line in table if _small(line)} | parts
    for line in [line for line in table if line.key in away]:
        trip = _round_trip(line, table, away, known)
        if trip is not None:
            away |= {step.line.key for step in trip}
        elif line.count or _round_trip(line, table, away, _any(known)) is not None:
            return frozenset(each.key for each in table)
    return frozenset(away)


def _small(line: Line) -> bool:
    return 0 < line.count < SMALL


def _known(line: Line, parts: AbstractSet[Hashable]) -> tuple[int, float]:
    """What a reader knows of a number if it is hidden. Zeros that are part of nothing small are
    shown."""
    if line.key in parts:
        return 0, SMALL - 1
    if line.count == 0:
        return 0, 0
    return (1, SMALL - 1) if _small(line) else (SMALL, math.inf)


def _any(known: Ranges) -> Ranges:
    """Ranges as if nobody knew more than which zeros are shown."""
    return {key: (0, math.inf if most else 0) for key, (_, most) in known.items()}


def _parts(table: tuple[Line, ...]) -> frozenset[Hashable]:
    """What can only be part of a small number, and may be zero. Two that are always the same
    (one column and its total) are no parts: a reader knows that neither is zero."""
    of = {line.key: _only_by(line, table) for line in table if _small(line)}
    return frozenset(
        part
        for whole, parts in of.items()
        for part in parts
        if part not in of or whole not in of[part]
    )


def _only_by(whole: Line, table: tuple[Line, ...]) -> frozenset[Hashable]:
    """The lines that no round trip passes but by this one."""
    rest = [line for line in table if line is not whole]
    onward = _reached((line.tail, line.head) for line in rest)
    back = _reached((line.head, line.tail) for line in rest)
    return frozenset(line.key for line in rest if line.tail not in onward or line.head not in back)


def _reached(ways: Iterable[tuple[Place, Place]]) -> set[Place]:
    """Every place that can be reached from the start."""
    to: dict[Place, set[Place]] = defaultdict(set)
    for start, end in ways:
        to[start].add(end)
    found, waiting = {START}, [START]
    while waiting:
        new = to[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def _round_trip(
    line: Line, table: Iterable[Line], away: AbstractSet[Hashable], known: Ranges
) -> list[_Step] | None:
    """The cheapest way to have one more or one less on a line, by lines hidden or to be hidden."""
    steps = _steps([each for each in table if each is not line], away, known)
    least, most = known[line.key]
    trips = [
        trip
        for possible, start, end in (
            (line.count < most, line.head, line.tail),
            (line.count > least, line.tail, line.head),
        )
        if possible and (trip := _cheapest(steps, start, end)) is not None
    ]
    return min(trips, key=lambda trip: sum(step.cost for step in trip), default=None)


def _steps(
    table: Iterable[Line], away: AbstractSet[Hashable], known: Ranges
) -> Mapping[Place, list[_Step]]:
    """Where one can go from each place, within what a reader knows of each number."""
    steps: dict[Place, list[_Step]] = defaultdict(list)
    for line in table:
        least, most = known[line.key]
        cost = 0 if line.key in away else line.count + TOTAL_COSTS * line.total
        if line.count < most:
            steps[line.tail].append(_Step(line.head, line, cost))
        if line.count > least:
            steps[line.head].append(_Step(line.tail, line, cost))
    return steps


def _cheapest(steps: Mapping[Place, list[_Step]], start: Place, end: Place) -> list[_Step] | None:
    """Dijkstra's way from place to place; None if there is none."""
    best: dict[Place, int] = {start: 0}
    came: dict[Place, tuple[Place, _Step]] = {}
    waiting: list[tuple[int, int, Place]] = [(0, 0, start)]
    number = 0
    while waiting:
        cost, _, place = heapq.heappop(waiting)
        if place == end:
            return _walked(came, start, end)
        if cost > best[place]:
            continue
        for step in steps.get(place, ()):
            reached = cost + step.cost
            if step.to not in best or reached < best[step.to]:
                best[step.to], came[step.to] = reached, (place, step)
                number += 1
                heapq.heappush(waiting, (reached, number, step.to))
    return None


def _walked(came: Mapping[Place, tuple[Place, _Step]], start: Place, end: Place) -> list[_Step]:
    trip = []
    while end != start:
        end, step = came[end]
        trip.append(step)
    return trip

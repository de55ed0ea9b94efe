"""Counts of people that tell nobody's story: small numbers hidden, and what would give them away.

A table with all its totals is a flow: what goes into a place comes out of it, and every number is
one line of it. A hidden number can be worked out from the others exactly when no round trip of
hidden lines passes through it, on which one person more here is one less there.
"""

import heapq
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

SMALL = 5
"""Counts from 1 to 4 are hidden. NHS practice varies (NHS Digital hid 1 to 5 of hospital statistics
until 2018, and hides fewer than 5 of the MHSDS); the trust's disclosure policy decides [check]."""
TOTAL_COSTS = 1_000_000
"""A total is hidden only where no cell in its stead would do."""

Place = Hashable


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

    The small ones; and of the others, in turn, the fewest people's that leave each small one at
    least one other value it could have. That holds for a reader who knows this rule, and so that
    what is hidden is 1 to 4, or 5 and more: zeros are shown. Where it can't be had, nothing is
    shown at all.
    """
    table = tuple(lines)
    away = {line.key for line in table if 0 < line.count < SMALL}
    for line in table:
        if 0 < line.count < SMALL:
            trip = _round_trip(line, table, away)
            if trip is None:
                return frozenset(each.key for each in table)
            away |= {step.line.key for step in trip}
    return frozenset(away)


def _round_trip(line: Line, table: Iterable[Line], away: set[Hashable]) -> list[_Step] | None:
    """The cheapest way to have one more or one less on a line, by lines hidden or to be hidden."""
    steps = _steps([each for each in table if each is not line], away)
    trips = [
        trip
        for possible, start, end in (
            (line.count + 1 < SMALL, line.head, line.tail),
            (line.count > 1, line.tail, line.head),
        )
        if possible and (trip := _cheapest(steps, start, end)) is not None
    ]
    return min(trips, key=lambda trip: sum(step.cost for step in trip), default=None)


def _steps(table: Iterable[Line], away: set[Hashable]) -> Mapping[Place, list[_Step]]:
    """Where one can go from each place, within what a reader knows of each number."""
    steps: dict[Place, list[_Step]] = defaultdict(list)
    for line in table:
        if line.count == 0:
            continue
        small = line.count < SMALL
        cost = 0 if line.key in away else line.count + TOTAL_COSTS * line.total
        if not small or line.count + 1 < SMALL:
            steps[line.tail].append(_Step(line.head, line, cost))
        if line.count > (1 if small else SMALL):
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

"""Who stands in which column of the chart, and in which order: a layered layout.

Who only supervises stands in the first column, who is only supervised in the last, and who is both
between them, to the right of whoever supervises them (longest path). A line that passes a column
has a place of its own in it. The order in a column is that with the fewest crossings of those that
barycentre sweeps come by (Sugiyama, Tagawa and Toda 1981).
"""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

SWEEPS = 24


@dataclass(frozen=True, slots=True, order=True)
class Tie:
    """One supervises another."""

    supervisor: str
    worker: str
    kind: str


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Somebody's place in a column; or, with a `kind`, that of their lines of a kind which pass."""

    staff_id: str
    kind: str = ""
    column: int = -1


@dataclass(frozen=True, slots=True)
class Route:
    """The places that a line touches, from left to right. `returns`: against the usual direction,
    with its worker to the left of the supervisor, since each supervises the other in the end."""

    tie: Tie
    places: tuple[Place, ...]
    returns: bool


@dataclass(frozen=True, slots=True)
class Columns:
    columns: tuple[tuple[Place, ...], ...]
    routes: tuple[Route, ...]


def arranged(people: Sequence[str], ties: Iterable[Tie]) -> Columns:
    """Everybody in a column, in order: as `people` are given, where nothing speaks for another."""
    ties = sorted(ties)
    back = _against(people, ties)
    column = _columns(people, [(tie.supervisor, tie.worker) for tie in ties if tie not in back])
    routes = tuple(_route(tie, column, tie in back) for tie in ties)
    places: list[list[Place]] = [[] for _ in range(1 + max(column.values(), default=0))]
    for person in people:
        places[column[person]].append(Place(person))
    for passing in dict.fromkeys(place for route in routes for place in route.places[1:-1]):
        places[passing.column].append(passing)
    segments = {each for route in routes for each in pairwise(route.places)}
    return Columns(_untangled(places, segments), routes)


def crossings(columns: Sequence[Sequence[Place]], segments: Iterable[tuple[Place, Place]]) -> int:
    """How many pairs of lines cross between two columns."""
    order = _order(columns)
    between: dict[int, list[tuple[int, int]]] = defaultdict(list)
    at = {place: number for number, places in enumerate(columns) for place in places}
    for left, right in segments:
        between[at[left]].append((order[left], order[right]))
    found = 0
    for lines in between.values():
        passed: list[int] = []
        for _, end in sorted(lines):
            found += len(passed) - bisect_right(passed, end)
            insort(passed, end)
    return found


def _against(people: Sequence[str], ties: Sequence[Tie]) -> set[Tie]:
    """The ties that lead back to whoever they came from; without them there is no circle."""
    of: dict[str, list[Tie]] = defaultdict(list)
    for each in ties:
        of[each.supervisor].append(each)
    supervised = {each.worker for each in ties}
    back: set[Tie] = set()
    done: set[str] = set()
    # Whoever nobody supervises first: a circle begins where it is entered.
    for entrance in sorted(people, key=lambda person: person in supervised):
        path = [(entrance, iter(of[entrance]))] if entrance not in done else []
        above = {entrance}
        while path:
            person, rest = path[-1]
            if (tie := next(rest, None)) is None:
                above.discard(person)
                done.add(person)
                path.pop()
            elif tie.worker in above:
                back.add(tie)
            elif tie.worker not in done:
                above.add(tie.worker)
                path.append((tie.worker, iter(of[tie.worker])))
    return back


def _columns(people: Sequence[str], forward: Sequence[tuple[str, str]]) -> dict[str, int]:
    supervises = {supervisor for supervisor, _ in forward}
    above: dict[str, list[str]] = defaultdict(list)
    for supervisor, worker in forward:
        above[worker].append(supervisor)
    column: dict[str, int] = {}

    def place(person: str) -> int:
        if person not in column:
            column[person] = max((1 + place(each) for each in above[person]), default=0)
        return column[person]

    last = 1 + max((place(person) for person in people if person in supervises), default=-1)
    return {person: column[person] if person in supervises else last for person in people}


def _route(tie: Tie, column: Mapping[str, int], returns: bool) -> Route:
    left, right = (tie.worker, tie.supervisor) if returns else (tie.supervisor, tie.worker)
    passing = (
        Place(left, f"{tie.kind} back" if returns else tie.kind, number)
        for number in range(column[left] + 1, column[right])
    )
    return Route(tie, (Place(left), *passing, Place(right)), returns)


def _order(columns: Sequence[Sequence[Place]]) -> dict[Place, int]:
    return {place: number for places in columns for number, place in enumerate(places)}


def _untangled(
    columns: list[list[Place]], segments: set[tuple[Place, Place]]
) -> tuple[tuple[Place, ...], ...]:
    """The columns, each in the order with the fewest crossings that the sweeps found."""
    to_left: dict[Place, list[Place]] = defaultdict(list)
    to_right: dict[Place, list[Place]] = defaultdict(list)
    for left, right in sorted(segments):
        to_left[right].append(left)
        to_right[left].append(right)
    best = tuple(tuple(places) for places in columns)
    fewest = crossings(best, segments)
    for sweep in range(SWEEPS):
        sides, along = (to_left, to_right), range(len(columns))
        if sweep % 2:
            sides, along = (to_right, to_left), along[::-1]
        for number in along:
            columns[number].sort(key=partial(_rank, _order(columns), *sides))
        found = crossings(columns, segments)
        if found < fewest:
            best, fewest = tuple(tuple(places) for places in columns), found
    return best


def _rank(
    order: Mapping[Place, int],
    beside: Mapping[Place, Sequence[Place]],
    beyond: Mapping[Place, Sequence[Place]],
    place: Place,
) -> tuple[bool, float]:
    """By the middle of the places that lines lead to; who has none stays, and at the foot of the
    column if there is none on the other side either."""
    found = [order[each] for each in beside.get(place, ())]
    alone = not found and not beyond.get(place)
    return alone, sum(found) / len(found) if found else order[place]

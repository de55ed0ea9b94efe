"""Where everything in the chart is: boxes one below the other, a row for each line that arrives.

What a line is for stands on its row beside the box of its worker, so that no two labels meet.
Places keep their order and distance, and come as near as these allow to those that they are tied
to. No line runs through a box.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from services.supervision.api.chart.columns import Columns, Place, Route, Tie

BOX_WIDTH = 256.0
ROW = 20.0
"""How high a line that arrives is, with its label."""
PADDING = 8.0
BETWEEN_BOXES, BETWEEN_LINES = 18.0, 8.0
ROUNDS = 12
NARROWEST, WIDEST, FOR_EACH = 60.0, 260.0, 5.0
"""How wide the room is in which lines bend: the wider, the more of them do."""
LEFT, RIGHT = -1, 1
Port = tuple[str, int, Tie | str]
"""Where lines meet a box: whose, on which side, the tie that arrives or the kind that leaves."""


@dataclass(frozen=True, slots=True)
class Box:
    staff_id: str
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bend:
    """A line as far as the next column: level from `start`, bending between `begins` and `ends`,
    level again until `stop`, which is beyond a column that it passes."""

    start: float
    begins: float
    ends: float
    stop: float
    from_y: float
    to_y: float


@dataclass(frozen=True, slots=True)
class Line:
    """From left to right. The arrow is at its right end; at its left one if the route returns."""

    route: Route
    bends: tuple[Bend, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    width: float
    height: float
    columns: tuple[float, ...]
    """Where each begins."""
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def placed(found: Columns, written: Mapping[str, float], labels: Mapping[Tie, float]) -> Picture:
    """`written` is how high what stands in each box is, `labels` how wide what stands at each
    arrow is."""
    ports = _ports(found.routes)
    rows: dict[tuple[str, int], int] = defaultdict(int)
    for person, side in ((port[0], port[1]) for port in ports):
        rows[person, side] += 1
    heights = {
        place: 0.0
        if place.kind
        else 2 * PADDING
        + max(written[place.staff_id], *(ROW * rows[place.staff_id, s] for s in (LEFT, RIGHT)))
        for places in found.columns
        for place in places
    }
    centres = _centres(found, heights)
    top = min((centres[place] - heights[place] / 2 for place in centres), default=0.0)
    centres = {place: centre - top for place, centre in centres.items()}
    at = _rows(ports, centres)
    starts, gaps = _across(found, labels)
    column = {place: number for number, places in enumerate(found.columns) for place in places}
    lines = []
    for route in found.routes:
        ends = [centres[place] for place in route.places]
        ends[0], ends[-1] = (at[port] for port in _ports_of(route))
        bends = []
        for (left, right), (from_y, to_y) in zip(
            pairwise(route.places), pairwise(ends), strict=True
        ):
            start, begins, stops, stop = gaps[column[left]]
            passed = BOX_WIDTH if right.kind else 0.0
            bends.append(Bend(start, begins, stops, stop + passed, from_y, to_y))
        lines.append(Line(route, tuple(bends)))
    boxes = tuple(
        Box(place.staff_id, starts[column[place]], centres[place] - height / 2, height)
        for place, height in heights.items()
        if not place.kind
    )
    return Picture(
        width=starts[-1] + BOX_WIDTH,
        height=max((box.y + box.height for box in boxes), default=0.0),
        columns=tuple(starts),
        boxes=boxes,
        lines=tuple(lines),
    )


def _ports_of(route: Route) -> tuple[Port, Port]:
    """Where a line leaves the left box and meets the right one."""
    left, right = route.places[0].staff_id, route.places[-1].staff_id
    arrives, leaves = route.tie, route.tie.kind
    if route.returns:
        return (left, RIGHT, arrives), (right, LEFT, leaves)
    return (left, RIGHT, leaves), (right, LEFT, arrives)


def _ports(routes: Sequence[Route]) -> dict[Port, list[Place]]:
    """Every port, and the places that its lines lead to."""
    found: dict[Port, list[Place]] = defaultdict(list)
    for route in routes:
        left, right = _ports_of(route)
        found[left].append(route.places[1])
        found[right].append(route.places[-2])
    return found


def _rows(
    ports: Mapping[Port, Sequence[Place]], centres: Mapping[Place, float]
) -> dict[Port, float]:
    """How far down each port is: those of one side of a box in the order of where they lead."""
    sides: dict[tuple[str, int], list[Port]] = defaultdict(list)
    for port in ports:
        sides[port[0], port[1]].append(port)
    found = {}

    def leads_to(port: Port) -> tuple[float, str]:
        ends = [centres[place] for place in ports[port]]
        return sum(ends) / len(ends), str(port[2])

    for (person, _), beside in sides.items():
        beside.sort(key=leads_to)
        first = centres[Place(person)] - ROW * (len(beside) - 1) / 2
        found.update({port: first + ROW * number for number, port in enumerate(beside)})
    return found


def _across(
    found: Columns, labels: Mapping[Tie, float]
) -> tuple[list[float], list[tuple[float, float, float, float]]]:
    """Where each column begins; and of the gap after it where a line starts, bends and stops."""
    last = len(found.columns) - 1
    before, after, passing = ([0.0] * (last + 1) for _ in range(3))
    column = {place: number for number, places in enumerate(found.columns) for place in places}
    for route in found.routes:
        for left in route.places[:-1]:
            passing[column[left]] += 1
        gap = column[route.places[0]] if route.returns else column[route.places[-1]] - 1
        beside = before if route.returns else after
        beside[gap] = max(beside[gap], labels[route.tie])
    starts, gaps = [0.0], []
    for number in range(last):
        start = starts[-1] + BOX_WIDTH
        begins = start + before[number]
        ends = begins + min(WIDEST, NARROWEST + FOR_EACH * passing[number])
        starts.append(ends + after[number])
        gaps.append((start, begins, ends, starts[-1]))
    return starts, gaps


def _centres(found: Columns, heights: Mapping[Place, float]) -> dict[Place, float]:
    """How far down the middle of each place is. The longest column stays as dense as it can be."""
    beside: dict[Place, set[Place]] = defaultdict(set)
    for route in found.routes:
        for left, right in pairwise(route.places):
            beside[left].add(right)
            beside[right].add(left)
    distances = {places: _distances(places, heights) for places in found.columns}
    centres = {
        place: distance
        for places, apart in distances.items()
        for place, distance in zip(places, apart, strict=True)
    }
    longest = max(found.columns, key=lambda places: distances[places][-1] if places else 0.0)
    for _ in range(ROUNDS):
        for places in found.columns:
            if places is not longest:
                wanted = [
                    sum(centres[each] for each in beside[place]) / len(beside[place])
                    if beside[place]
                    else centres[place]
                    for place in places
                ]
                centres.update(zip(places, _settled(wanted, distances[places]), strict=True))
    return centres


def _distances(places: Sequence[Place], heights: Mapping[Place, float]) -> list[float]:
    """How far below the first of them each has to be."""
    apart = (
        (heights[above] + heights[below]) / 2
        + (BETWEEN_LINES if above.kind or below.kind else BETWEEN_BOXES)
        for above, below in pairwise(places)
    )
    return list(accumulate(apart, initial=0.0)) if places else []


def _settled(wanted: Sequence[float], distances: Sequence[float]) -> list[float]:
    """As near to where they are wanted as order and distance allow: by least squares, where those
    that would be too near are moved together (pool adjacent violators)."""
    pools: list[tuple[float, int]] = []
    for want, distance in zip(wanted, distances, strict=True):
        mean, count = want - distance, 1
        while pools and pools[-1][0] > mean:
            above, many = pools.pop()
            mean, count = (mean * count + above * many) / (count + many), count + many
        pools.append((mean, count))
    levels = [mean for mean, count in pools for _ in range(count)]
    return [level + distance for level, distance in zip(levels, distances, strict=True)]

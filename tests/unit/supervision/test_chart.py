"""The chart of who supervises whom: nothing hides anything else, whoever supervises whom."""

from collections import Counter
from datetime import date
from itertools import combinations, pairwise
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.supervision.api.chart.columns import Columns, Tie, arranged, crossings
from services.supervision.api.chart.drawing import PAPER, drawn
from services.supervision.api.chart.lettering import fitted, width
from services.supervision.api.chart.marks import INK, MUTED, ROLES, STROKES, USUAL_KINDS, stroke_of
from services.supervision.api.chart.placing import BOX_WIDTH, ROW, Picture, placed

SVG = "{http://www.w3.org/2000/svg}"
PEOPLE = [f"p-{number:02}" for number in range(12)]
KINDS = ["case", "developmental", "peer"]
people = st.sampled_from(PEOPLE)
ties = st.builds(Tie, people, people, st.sampled_from(KINDS)).filter(
    lambda tie: tie.supervisor != tie.worker
)
charts = st.sets(ties, max_size=40)


def picture(ties: set[Tie], label: float = 150.0) -> tuple[Columns, Picture]:
    found = arranged(PEOPLE, ties)
    return found, placed(found, dict.fromkeys(PEOPLE, 34.0), dict.fromkeys(ties, label))


def column_of(found: Columns, person: str) -> int:
    [number] = [
        number
        for number, places in enumerate(found.columns)
        for place in places
        if place.staff_id == person and not place.kind
    ]
    return number


def test_supervisors_stand_first_the_supervised_last_and_who_is_both_between() -> None:
    found = arranged(
        PEOPLE[:5],
        [
            Tie("p-00", "p-01", "case"), Tie("p-01", "p-02", "case"), Tie("p-02", "p-03", "case"),
            Tie("p-00", "p-03", "peer"),
        ],
    )  # fmt: skip
    assert [column_of(found, each) for each in PEOPLE[:4]] == [0, 1, 2, 3]
    assert column_of(found, "p-04") == 3, "with the others whom nobody is supervised by"
    [through] = [route for route in found.routes if route.tie.kind == "peer"]
    assert [place.kind for place in through.places] == ["", "peer", "peer", ""]


def test_two_who_supervise_each_other_are_both_told() -> None:
    found = arranged(PEOPLE[:2], [Tie("p-00", "p-01", "peer"), Tie("p-01", "p-00", "peer")])
    assert [(route.tie.worker, route.returns) for route in found.routes] == [
        ("p-01", False),
        ("p-00", True),
    ]


def test_lines_that_need_not_cross_do_not() -> None:
    found = arranged(
        PEOPLE,
        [Tie(f"p-{number:02}", f"p-{11 - number:02}", "case") for number in range(6)],
    )
    segments = {each for route in found.routes for each in pairwise(route.places)}
    assert crossings(found.columns, segments) == 0


@given(charts)
def test_everybody_stands_somewhere_and_every_tie_has_its_line(ties: set[Tie]) -> None:
    _, shown = picture(ties)
    assert sorted(box.staff_id for box in shown.boxes) == PEOPLE
    assert sorted(line.route.tie for line in shown.lines) == sorted(ties)


@given(charts)
def test_no_two_boxes_overlap(ties: set[Tie]) -> None:
    _, shown = picture(ties)
    for one, other in combinations(shown.boxes, 2):
        beside = one.x + BOX_WIDTH <= other.x or other.x + BOX_WIDTH <= one.x
        assert beside or one.y + one.height < other.y or other.y + other.height < one.y
    for box in shown.boxes:
        assert box.x >= 0
        assert box.y >= -0.001
        assert box.x + BOX_WIDTH <= shown.width
        assert box.y + box.height <= shown.height


@given(charts)
def test_a_line_leaves_one_box_and_meets_the_other_and_runs_through_none(ties: set[Tie]) -> None:
    _, shown = picture(ties)
    boxes = {box.staff_id: box for box in shown.boxes}
    for line in shown.lines:
        left, right = (boxes[line.route.places[end].staff_id] for end in (0, -1))
        first, last = line.bends[0], line.bends[-1]
        assert first.start == left.x + BOX_WIDTH
        assert left.y < first.from_y < left.y + left.height
        assert last.stop == pytest.approx(right.x)
        assert right.y < last.to_y < right.y + right.height
        for one, following in pairwise(line.bends):
            assert (one.stop, one.to_y) == pytest.approx((following.start, following.from_y))
        for bend in line.bends:
            assert bend.start <= bend.begins < bend.ends <= bend.stop
            for box in shown.boxes:
                # It bends between columns, and passes one at the height at which it arrives there.
                assert not (bend.begins < box.x + BOX_WIDTH and box.x < bend.ends)
                passes = bend.ends < box.x + BOX_WIDTH and box.x < bend.stop
                assert not passes or not box.y <= bend.to_y <= box.y + box.height


@given(charts)
def test_no_two_labels_meet(ties: set[Tie]) -> None:
    _, shown = picture(ties)
    rows = []
    for line in shown.lines:
        back, first, last = line.route.returns, line.bends[0], line.bends[-1]
        x, y = (first.start, first.from_y) if back else (last.stop - 150.0, last.to_y)
        assert first.begins - first.start >= 150.0 if back else last.stop - last.ends >= 150.0
        rows.append((x, y))
    for (x, y), (other_x, other_y) in combinations(rows, 2):
        assert abs(x - other_x) >= 150.0 or abs(y - other_y) >= ROW - 0.001


def node(staff_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "staff_id": staff_id,
        "name": staff_id,
        "job_title": "STR worker",
        "employer": "Trust",
        "level": None,
        "at_work": True,
        "role_in_chart": "worker",
        **changes,
    }


def link(supervisor_id: str, worker_id: str, kind: str = "case", **changes: Any) -> dict[str, Any]:
    return {
        "supervisor_id": supervisor_id,
        "worker_id": worker_id,
        "kind": kind,
        "interval_weeks": 6,
        "agreement_id": None,
        "since": date(2026, 3, 2),
        **changes,
    }


def svg(nodes: list[dict[str, Any]], links: list[dict[str, Any]]) -> Xml.Element:
    chart = {"team_id": "north", "on": date(2026, 11, 22), "nodes": nodes, "links": links}
    return Xml.fromstring(drawn(chart))  # noqa: S314 - it is our own


def words(root: Xml.Element, tag: str = "text") -> list[str]:
    return [each.text or "" for each in root.iter(f"{SVG}{tag}")]


def test_it_says_who_supervises_whom_for_what_and_how_often() -> None:
    root = svg(
        [
            node("a", name="Ann Other", role_in_chart="supervisor", employer="Housing"),
            node("b", at_work=False),
            node("c", role_in_chart="unsupervised"),
            node("d"),
        ],
        [link("a", "b"), link("a", "d", "ad_hoc", interval_weeks=None)],
    )
    said = words(root)
    assert {"Ann Other", "case, every 6 weeks", "ad hoc, as needed", "Housing"} <= {*said}
    assert {"has left", "no supervision agreed", "case (1)", "ad hoc (1)"} <= {*said}
    assert "Ann Other supervises b: case, every 6 weeks, since 2 March 2026" in words(root, "title")
    assert root.attrib["role"] == "img"
    title, description = root.attrib["aria-labelledby"].split()
    by_id = {each.attrib.get("id"): each for each in root}
    assert by_id[title].text == "Supervision in north on 22 November 2026"
    assert "4 people, 2 agreements" in (by_id[description].text or "")


def test_what_people_are_called_is_words_and_never_markup() -> None:
    name = """<script>alert("x")</script> & 'O' ]]> \u202e"""
    root = svg([node("a", name=name, role_in_chart="supervisor"), node("b")], [link("a", "b")])
    assert name in words(root, "title")[1]
    tags = {each.tag.removeprefix(SVG) for each in root.iter()}
    assert tags <= {"svg", "g", "title", "desc", "rect", "text", "path", "polygon", "line"}
    names = {name for each in root.iter() for name in each.attrib}
    assert not {name for name in names if name.startswith("on") or name in ("style", "href")}


def test_what_xml_has_no_letter_for_is_left_out() -> None:
    root = svg([node("a", name="A\x00\x0b\ufffeB")], [])
    assert "AB" in words(root)


def test_it_is_drawn_of_nobody_and_of_one() -> None:
    assert "0 people, 0 agreements." in words(svg([], []))[1]
    assert "1 person, 0 agreements." in words(svg([node("a", name=None)], []))[1]


def test_kinds_differ_by_their_dashes() -> None:
    looks = [stroke_of(kind, USUAL_KINDS) for kind in USUAL_KINDS]
    assert len({look.get("stroke-dasharray") for look in looks}) == len(USUAL_KINDS)
    own = stroke_of("of_ours", ["case", "of_ours"])
    assert own["stroke-width"] not in {look["stroke-width"] for look in looks}


def contrast(one: str, other: str) -> float:
    """As WCAG 2.2 defines it."""

    def luminance(colour: str) -> float:
        channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_it_can_be_read() -> None:
    for paper in (PAPER, *(fill for fill, _ in ROLES.values())):
        assert min(contrast(INK, paper), contrast(MUTED, paper)) >= 7
    edges = [edge for _, edge in ROLES.values()]
    assert min(contrast(colour, PAPER) for colour in (*edges, *dict(STROKES))) >= 4.5


def test_words_that_are_too_long_are_cut() -> None:
    short = fitted("W" * 50, 14, 200)
    assert short.endswith("…")
    assert 150 < width(short, 14) <= 200
    assert fitted("short", 14, 200) == "short"


def test_who_is_known_by_id_alone_is_called_by_it() -> None:
    assert Counter(words(svg([node("w-1", name=None)], [])))["w-1"] == 1

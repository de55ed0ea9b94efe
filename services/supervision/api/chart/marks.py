"""What the chart is drawn with: boxes for people, lines for agreements, words."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as Xml

from services.supervision.api.chart.lettering import fitted, plain
from services.supervision.api.chart.placing import BOX_WIDTH, Bend, Box, Line

NAME, SMALL = 14.0, 12.0
LEADING = 17.0
"""How high a line of words in a box is."""
INK, MUTED = "#1b1b1b", "#4a4a4a"
ARROW = 8.0
LONGEST_LABEL = 240.0
ROLES = {
    "supervisor": ("#e4eef8", "#1d4e89"),
    "both": ("#e6f3e6", "#2b6130"),
    "worker": ("#f5f5f5", "#5c5c5c"),
    "unsupervised": ("#fff4e5", "#8a3b00"),
}
"""What a box is filled with and edged by."""
USUAL_KINDS = (
    "developmental", "performance_review", "case", "ad_hoc", "peer", "mentoring", "clinical",
    "caseload",
)  # fmt: skip
"""These look the same in every chart (HB 5.21)."""
STROKES = (
    ("#1d4e89", ""), ("#7a1f5c", "14 4"), ("#8a3b00", "6 4"), ("#4a4a4a", "2 4"),
    ("#00595c", "10 3 2 3"), ("#2b6130", "14 3 2 3 2 3"), ("#a3142a", "4 2"), ("#513a9a", "18 6"),
)  # fmt: skip


def stroke_of(kind: str, kinds: Sequence[str]) -> dict[str, str]:
    """How a line of a kind looks, of these `kinds` of a chart. Those of a trust's own are thicker;
    after eight of these the words alone tell."""
    own = kind not in USUAL_KINDS
    among = [each for each in kinds if each not in USUAL_KINDS] if own else USUAL_KINDS
    colour, dashes = STROKES[among.index(kind) % len(STROKES)]
    dashed = {"stroke-dasharray": dashes} if dashes else {}
    return {"stroke": colour, "stroke-width": "3" if own else "1.6", "fill": "none", **dashed}


def label_of(link: Mapping[str, Any]) -> str:
    weeks = link["interval_weeks"]
    how_often = "as needed" if weeks is None else "weekly" if weeks == 1 else f"every {weeks} weeks"
    return fitted(f"{in_words(link['kind'])}, {how_often}", SMALL, LONGEST_LABEL)


def in_words(slug: str) -> str:
    return slug.replace("_", " ")


def called(node: Mapping[str, Any]) -> str:
    return str(node["name"] or node["staff_id"])


def written_on(node: Mapping[str, Any], home: str | None) -> list[str]:
    """What stands in somebody's box below their name; `home` is the employer of most."""
    said = (
        node["job_title"],
        node["employer"] if node["employer"] != home else None,
        None if node["at_work"] else "has left",
        "no supervision agreed" if node["role_in_chart"] == "unsupervised" else None,
    )
    return [each for each in said if each]


def write(
    parent: Xml.Element,
    x: float,
    y: float,
    words: str,
    size: float = SMALL,
    *,
    fill: str = INK,
    bold: bool = False,
    anchor: str = "start",
) -> None:
    how = {"x": f"{x:.1f}", "y": f"{y:.1f}", "font-size": f"{size:.0f}", "fill": fill}
    if bold:
        how["font-weight"] = "bold"
    if anchor != "start":
        how["text-anchor"] = anchor
    Xml.SubElement(parent, "text", how).text = plain(words)


def draw_box(parent: Xml.Element, box: Box, node: Mapping[str, Any], home: str | None) -> None:
    """Somebody of another employer has a double edge, and the employer's name."""
    group = Xml.SubElement(parent, "g")
    lines = written_on(node, home)
    Xml.SubElement(group, "title").text = plain(", ".join([called(node), *lines]))
    fill, edge = ROLES[node["role_in_chart"]]
    for inset in (0.0, 3.5) if node["employer"] not in (home, None) else (0.0,):
        Xml.SubElement(
            group,
            "rect",
            {
                "x": f"{box.x + inset:.1f}",
                "y": f"{box.y + inset:.1f}",
                "width": f"{BOX_WIDTH - 2 * inset:.1f}",
                "height": f"{box.height - 2 * inset:.1f}",
                "rx": "5",
                "fill": fill,
                "stroke": edge,
                "stroke-width": "1.4",
            },
        )
    x, room = box.x + 12, BOX_WIDTH - 24
    y = box.y + (box.height - LEADING * len(lines)) / 2 + 5
    write(group, x, y, fitted(called(node), NAME, room, bold=True), NAME, bold=True)
    for number, line in enumerate(lines, 1):
        write(group, x, y + LEADING * number, fitted(line, SMALL, room), fill=MUTED)


def draw_line(
    parent: Xml.Element,
    line: Line,
    words: str,
    told: str,
    look: Mapping[str, str],
    besides: set[Bend],
) -> None:
    """A line, the arrow at its worker's end, and what it is for beside the arrow. Bends that it
    shares with lines of its kind, `besides`, are drawn once."""
    group = Xml.SubElement(parent, "g")
    Xml.SubElement(group, "title").text = plain(told)
    back = line.route.returns
    first, last = line.bends[0], line.bends[-1]
    x, y = (first.start, first.from_y) if back else (last.stop, last.to_y)
    for bend in line.bends:
        if bend not in besides:
            Xml.SubElement(group, "path", {"d": _path(bend), **look})
    besides.update(line.bends)
    towards = ARROW if back else -ARROW
    tip = f"{x:.1f},{y:.1f} {x + towards:.1f},{y - 4:.1f} {x + towards:.1f},{y + 4:.1f}"
    Xml.SubElement(group, "polygon", {"points": tip, "fill": look["stroke"]})
    write(group, x + 1.5 * towards, y - 4, words, anchor="start" if back else "end")


def _path(bend: Bend) -> str:
    middle = (bend.begins + bend.ends) / 2
    begin = f"M{bend.start:.1f} {bend.from_y:.1f}H{bend.begins:.1f}"
    curve = f"C{middle:.1f} {bend.from_y:.1f} {middle:.1f} {bend.to_y:.1f}"
    return f"{begin}{curve} {bend.ends:.1f} {bend.to_y:.1f}H{bend.stop:.1f}"

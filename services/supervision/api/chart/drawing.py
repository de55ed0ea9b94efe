"""The chart of who supervises whom, as a picture: SVG without scripts, styles or anything from
elsewhere, which the policy `default-src 'none'` lets be shown.

Kinds are told apart by how their line is broken and by words, not by colour alone. Words have a
contrast of 7 to 1 and lines of 4.5 to 1 at least (WCAG 2.2, 1.4.1, 1.4.6, 1.4.11).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree import ElementTree as Xml

from services.supervision.api.chart.columns import Tie, arranged
from services.supervision.api.chart.lettering import width
from services.supervision.api.chart.marks import (
    ARROW,
    LEADING,
    MUTED,
    SMALL,
    called,
    draw_box,
    draw_line,
    in_words,
    label_of,
    stroke_of,
    write,
    written_on,
)
from services.supervision.api.chart.placing import Bend, Picture, placed

MARGIN, HEADER, ROW = 24.0, 104.0, 22.0
TITLE = 18.0
LETTERS = "Arial, Helvetica, 'Liberation Sans', sans-serif"
PAPER = "#ffffff"
NARROWEST = 520.0
SAMPLE = 64.0
"""How long a line of the legend is."""


def drawn(chart: Mapping[str, Any]) -> bytes:
    """A chart as the API shows it, as an SVG document."""
    nodes = {node["staff_id"]: node for node in chart["nodes"]}
    links = {
        Tie(link["supervisor_id"], link["worker_id"], link["kind"]): link for link in chart["links"]
    }
    home = _usual_employer(nodes.values())
    people = sorted(nodes, key=lambda staff_id: (called(nodes[staff_id]).lower(), staff_id))
    picture = placed(
        arranged(people, links),
        {each: LEADING * (1 + len(written_on(node, home))) for each, node in nodes.items()},
        {tie: width(label_of(link), SMALL) + 2.5 * ARROW for tie, link in links.items()},
    )
    counts = Counter(tie.kind for tie in links)
    summary = _summary(chart, len(links))
    across = 2 * MARGIN + max(picture.width, width(summary, SMALL), NARROWEST)
    foot = HEADER + picture.height + 2 * MARGIN
    root = _document(across, foot + ROW * (len(counts) + 1), chart, summary)
    body = _moved(root, HEADER)
    kinds, bends = sorted(counts), defaultdict[str, set[Bend]](set)
    _headings(body, picture)
    for line in picture.lines:
        link = links[line.route.tie]
        look = stroke_of(link["kind"], kinds)
        draw_line(body, line, label_of(link), _told(link, nodes), look, bends[link["kind"]])
    for box in picture.boxes:
        draw_box(body, box, nodes[box.staff_id], home)
    _legend(_moved(root, foot), counts, home)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root)


def _document(across: float, down: float, chart: Mapping[str, Any], summary: str) -> Xml.Element:
    root = Xml.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "role": "img",
            "aria-labelledby": "chart-title chart-description",
            "viewBox": f"0 0 {across:.0f} {down:.0f}",
            "width": f"{across:.0f}",
            "height": f"{down:.0f}",
            "font-family": LETTERS,
        },
    )
    title = f"Supervision in {chart['team_id']} on {chart['on']:%-d %B %Y}"
    Xml.SubElement(root, "title", id="chart-title").text = title
    Xml.SubElement(root, "desc", id="chart-description").text = summary
    Xml.SubElement(root, "rect", width="100%", height="100%", fill=PAPER)
    write(root, MARGIN, 40, title, TITLE, bold=True)
    write(root, MARGIN, 62, summary, fill=MUTED)
    return root


def _moved(root: Xml.Element, down: float) -> Xml.Element:
    return Xml.SubElement(root, "g", transform=f"translate({MARGIN:.0f} {down:.1f})")


def _headings(body: Xml.Element, picture: Picture) -> None:
    """Over each column, who stands in it."""
    last = len(picture.columns) - 1
    for number, x in enumerate(picture.columns):
        words = "Both" if 0 < number < last else "Supervised" if number else "Supervisors"
        if last and picture.boxes:
            write(body, x, -12, words, fill=MUTED, bold=True)


def _legend(foot: Xml.Element, counts: Mapping[str, int], home: str | None) -> None:
    for number, kind in enumerate(sorted(counts)):
        y = ROW * number
        line = {"x1": "0", "y1": f"{y:.0f}", "x2": f"{SAMPLE:.0f}", "y2": f"{y:.0f}"}
        Xml.SubElement(foot, "line", {**line, **stroke_of(kind, sorted(counts))})
        write(foot, SAMPLE + 12, y + 4, f"{in_words(kind)} ({counts[kind]})")
    if home:
        words = f"A double edge: employed by others than {home}."
        write(foot, 0, ROW * len(counts) + 4, words, fill=MUTED)


def _summary(chart: Mapping[str, Any], links: int) -> str:
    people = len(chart["nodes"])
    alone = sum(node["role_in_chart"] == "unsupervised" for node in chart["nodes"])
    return (
        f"{people} {'person' if people == 1 else 'people'}, {links} "
        f"{'agreement' if links == 1 else 'agreements'}. "
        f"An arrow leads from who supervises to who is supervised."
        + (f" Nobody supervises {alone} of them." if alone else "")
    )


def _told(link: Mapping[str, Any], nodes: Mapping[str, Mapping[str, Any]]) -> str:
    supervisor, worker = (called(nodes[link[f"{each}_id"]]) for each in ("supervisor", "worker"))
    return f"{supervisor} supervises {worker}: {label_of(link)}, since {link['since']:%-d %B %Y}"


def _usual_employer(nodes: Iterable[Mapping[str, Any]]) -> str | None:
    """The employer of most; of the most supervised, if that leaves several."""
    counts = Counter(node["employer"] for node in nodes if node["employer"])
    return min(counts, key=lambda each: (-counts[each], each), default=None)

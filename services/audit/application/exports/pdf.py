"""The report of an export as PDF, in a font that comes along (Latin, Greek, Cyrillic).

What the font lacks is shown as a mark, and said: `report.html` has everything. The library keeps a
document in memory until it is done, so a report lists only so many entries.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from services.audit.application.exports.report import MOST_ENTRIES, Report

NAME = "report.pdf"
FONT = "Fira Sans"
FACES = {"": "FiraSans-Regular.ttf", "B": "FiraSans-Bold.ttf"}
LACKING = "\N{LOZENGE}"
LINE, SMALL = 5.0, 4.4
NAVY, GREY = (0, 94, 184), (76, 98, 114)


class Pages(FPDF):
    """A4 pages with a footer."""

    def __init__(self, report: Report, at: datetime) -> None:
        super().__init__(format="A4")
        self._export = report.export_id
        self.lacking = False
        for style, name in FACES.items():
            self.add_font(FONT, style, str(_face(name)))
        faces: list[Any] = [*self.fonts.values()]
        self._known = frozenset.intersection(*(frozenset(face.cmap) for face in faces))
        self.set_title(report.title)
        self.set_lang("en-GB")
        self.set_creator("Countersign")
        self.set_producer("Countersign")
        self.set_creation_date(at)
        self.set_margins(18, 16, 18)
        self.set_auto_page_break(True, margin=18)
        self.alias_nb_pages()
        self.add_page()

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(FONT, size=8)
        self.set_text_color(*GREY)
        self.cell(0, 5, f"Export {self._export}")
        self.set_x(-40)
        self.cell(0, 5, f"Page {self.page_no()} of {{nb}}", align="R")

    def part(self, title: str) -> None:
        """A heading, which the reader's table of contents has too."""
        self.ln(3)
        if self.will_page_break(20):
            self.add_page()
        self.start_section(title)
        self.text_of(title, bold=True, size=13)
        self.ln(1)

    def text_of(
        self,
        text: str,
        *,
        bold: bool = False,
        size: float = 9.5,
        colour: Sequence[int] = (33, 43, 50),
    ) -> None:
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(*colour)
        height = LINE if size > 9 else SMALL
        self.multi_cell(
            0, max(height, size * 0.5), self._drawn(text), align="L",
            new_x=XPos.LMARGIN, new_y=YPos.NEXT,
        )  # fmt: skip

    def field(self, name: str, value: str, width: float = 45) -> None:
        """A label and, beside it, what it says."""
        self.set_font(FONT, "B", 9)
        self.set_text_color(33, 43, 50)
        top, page = self.get_y(), self.page
        if self.will_page_break(2 * SMALL):
            self.add_page()
            top, page = self.get_y(), self.page
        self.multi_cell(width - 2, SMALL, self._drawn(name), align="L")
        below = self.get_y() if self.page == page else self.t_margin
        self.set_xy(self.l_margin + width, top if self.page == page else self.t_margin)
        self.set_font(FONT, "", 9)
        began = self.page
        self.multi_cell(
            0, SMALL, self._drawn(value), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
        if self.page == began:
            self.set_y(max(below, self.get_y()))

    def _drawn(self, text: str) -> str:
        drawn = "".join(
            each if each in "\n\t" or ord(each) in self._known else LACKING for each in text
        ).replace("\t", "    ")
        self.lacking = self.lacking or drawn.count(LACKING) > text.count(LACKING)
        return drawn


async def pdf(report: Report, entries: AsyncIterator[dict[str, Any]], at: datetime) -> bytes:
    """The document."""
    pages = Pages(report, at)
    _front(pages, report)
    pages.part("Entries")
    pages.text_of(
        "In the order in which they were recorded. Times are those of the United Kingdom."
    )
    if report.entries > MOST_ENTRIES[NAME]:
        pages.text_of(
            f"Only the first {MOST_ENTRIES[NAME]:,} of {report.entries:,} entries are listed here. "
            "All of them are in entries.jsonl.",
            bold=True,
        )
    async for each in entries:
        _entry(pages, each)
    if pages.lacking:
        pages.ln(4)
        pages.text_of(
            f"{LACKING} stands for characters that the font of this PDF lacks. report.html has "
            "them all.",
            bold=True,
        )
    return await asyncio.to_thread(lambda: bytes(pages.output()))


def _front(pages: Pages, report: Report) -> None:
    pages.text_of(report.title, bold=True, size=17)
    pages.set_draw_color(*NAVY)
    pages.set_line_width(0.8)
    pages.line(pages.l_margin, pages.get_y() + 1, pages.w - pages.r_margin, pages.get_y() + 1)
    pages.set_line_width(0.2)
    pages.ln(4)
    for name, value in report.facts:
        pages.field(name, value)
    for title, said in (
        ("How complete it is", report.complete),
        ("What is not shown", report.not_here),
        ("How to verify it", report.verify),
    ):
        pages.part(title)
        for each in said:
            pages.text_of(each)
            pages.ln(1)
        if title == "How complete it is":
            for tree in report.trees:
                pages.field(f"Tree {tree['shard']}", f"{tree['size']} entries, root {tree['root']}")
    pages.part("Policies that its entries went by")
    if not report.policies:
        pages.text_of("None of its entries names a policy.")
    for policy in report.policies:
        since = (
            f"in force from {policy['since']}" if policy["since"] else "as the software ships it"
        )
        by = f", published by {policy['by']}" if policy["by"] else ""
        approved = f", approved by {policy['approved_by']}" if policy["approved_by"] else ""
        whose = f"{policy['service']}, {policy['team_id']}"
        pages.field(whose, f"version {policy['version']}, {since}{by}{approved}")


def _entry(pages: Pages, each: dict[str, Any]) -> None:
    pages.ln(2)
    if pages.will_page_break(4 * LINE):
        pages.add_page()
    pages.set_draw_color(*GREY)
    pages.line(pages.l_margin, pages.get_y(), pages.w - pages.r_margin, pages.get_y())
    pages.ln(1.5)
    pages.text_of(f"{each['number']}. {each['what']}", bold=True, size=10.5)
    pages.text_of(
        f"{each['at']}, by {each['who']}. {each['where']}.",
        size=8.5,
        colour=GREY,
    )
    for said in (*([each["looked"]] if each["looked"] else ()), *each["notes"]):
        pages.text_of(said)
    for name, value in each["fields"]:
        pages.field(name, value)


def _face(name: str) -> Any:
    return files("fontpkg_fira_sans") / "files" / name

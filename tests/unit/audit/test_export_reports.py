"""The reports of an export, in HTML and in PDF."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from services.audit.application.exports.html import html
from services.audit.application.exports.pdf import pdf
from services.audit.application.exports.report import Report

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WORDS = "Zażółć Ελληνικά Привет 😀 <b>&</b> " * 40


def entry(number: int) -> dict[str, Any]:
    return {
        "number": number, "where": f"Entry {number} of the ledger", "at": "a day",
        "machine_at": "2026-11-20T12:00:00Z", "what": "Note recorded", "who": "Nurse 1",
        "looked": None, "notes": ["A note."], "fields": [("Narrative", WORDS)],
    }  # fmt: skip


def report(entries: int = 39) -> Report:
    return Report(
        title="A title", export_id="an export", facts=[("What it is", "x")], complete=["All."],
        not_here=[], verify=["Verify it."], entries=entries,
        trees=[{"shard": "2026", "size": 40, "root": "ab" * 32}],
        policies=[{"service": "notes", "team_id": "north-cmht", "version": 1, "since": None,
                   "by": None, "approved_by": None}],
    )  # fmt: skip


async def told(count: int) -> AsyncIterator[dict[str, Any]]:
    for number in range(1, count + 1):
        yield entry(number)


async def page(about: Report, count: int) -> str:
    return b"".join([each async for each in html(about, told(count))]).decode()


def test_the_pdf_has_pages_a_title_a_language_and_its_font() -> None:
    document = asyncio.run(pdf(report(), told(39), NOW))
    assert document.startswith(b"%PDF-")
    assert document.count(b"/Type /Page\n") > 5
    for said in (b"/Lang (en-GB)", b"/Title", b"/Outlines", b"FiraSans"):
        assert said in document


def test_the_page_stands_alone_and_escapes_what_people_wrote() -> None:
    found = asyncio.run(page(report(), 39))
    assert found.count("<article") == 39
    assert "😀" in found
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in found
    assert "<b>" not in found
    assert '<html lang="en-GB">' in found
    assert "Only the first" not in found
    for outside in ("http://", "https://", "<script", "<link", "<img"):
        assert outside not in found


def test_a_report_that_does_not_list_all_says_so() -> None:
    assert "Only the first 20000 of 30000" in asyncio.run(page(report(30_000), 1))
    assert len(asyncio.run(pdf(report(30_000), told(1), NOW))) > len(
        asyncio.run(pdf(report(1), told(1), NOW))
    )


def test_without_entries_and_policies() -> None:
    about = Report("A title", "an export", [], [], [], [], [], [], 0)
    found = asyncio.run(page(about, 0))
    assert "There are none." in found
    assert "None of its entries names a policy." in found
    assert asyncio.run(pdf(about, told(0), NOW)).startswith(b"%PDF-")

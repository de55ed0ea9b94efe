"""The report of an export as a page that stands alone."""

from collections.abc import AsyncIterator
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from services.audit.application.exports.report import MOST_ENTRIES, Report

NAME = "report.html"


async def html(report: Report, entries: AsyncIterator[dict[str, Any]]) -> AsyncIterator[bytes]:
    """The page, a piece at a time; `entries` as `words.entry` makes them."""
    most = MOST_ENTRIES[NAME]
    async for piece in _page().generate_async(report=report, entries=entries, most=most):
        yield piece.encode()


@cache
def _page() -> Template:
    environment = Environment(
        autoescape=True, enable_async=True, undefined=StrictUndefined, trim_blocks=False
    )
    return environment.from_string((files(__package__) / "report.html.jinja").read_text("utf-8"))

"""`countersign rebuild audit`: what is read from the ledger is made again, with a progress bar."""

import asyncio
from collections.abc import Sequence

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from countersign.configuration import dsn_of_owner
from services.audit.projection.rebuilding import CannotSwap, OneIsRunning, Rebuild, Rebuilt

DONE, DIFFERS, REFUSED = 0, 1, 2


def run(out: Console, given_dsn: str | None, *, check: bool) -> int:
    """Rebuild, or with `check` only compare. Returns the exit code, having said what was done."""
    dsn = dsn_of_owner("audit", given_dsn)
    columns = (
        TextColumn("Reading the ledger again"), BarColumn(), TaskProgressColumn(),
        MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=out) as progress:
        task = progress.add_task("events", total=None)
        rebuild = Rebuild(
            dsn,
            lambda done, of: progress.update(task, completed=done, total=of),
        )
        try:
            done = asyncio.run(rebuild.compare() if check else rebuild.swap())
        except OneIsRunning:
            out.print("Another rebuild is under way; this one has done nothing.")
            return REFUSED
        except CannotSwap:
            out.print("Those who read never gave way; nothing was changed. Try again later.")
            return REFUSED
        except KeyboardInterrupt:
            out.print("Stopped. What serves is as it was; running it again begins anew.")
            return REFUSED
    return _said(out, done, check=check)


def _said(out: Console, done: Rebuilt, *, check: bool) -> int:
    for table in done.differences:
        places = _few(table.places, table.count)
        out.print(f"{table.table} differs from what the ledger says: {table.by} {places}")
    if done.unread:
        out.print(f"Parked, since they can't be read: index {_few(done.unread)}")
    if done.again:
        now = "could be read now (countersign replay audit)" if check else "have been read now"
        out.print(f"Parked before, and {now}: index {_few(done.again)}")
    if not check:
        out.print(f"{done.events:,} events read; what was made of them serves now.")
    elif not done.differences:
        out.print(f"{done.events:,} events read; what serves is what they say.")
    return DIFFERS if done.differences else DONE


def _few(places: Sequence[int | str], of: int | None = None) -> str:
    """The first ten of them, and how many more there are."""
    more = (of or len(places)) - len(places[:10])
    return ", ".join(map(str, places[:10])) + (f" and {more:,} more" if more else "")

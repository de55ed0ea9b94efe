"""Making what is read from the ledger again, and comparing it with what serves."""

from collections.abc import Sequence
from time import perf_counter

from bench.ledger.tables import Row
from services.audit.projection.rebuilding import Rebuild


async def measure(owner_dsn: str) -> tuple[Sequence[str], list[Row]]:
    """Compare, change places, and compare again. Raises SystemExit where anything differs."""
    rows: list[Row] = []
    for what in ("compare", "swap", "compare"):
        began = perf_counter()
        rebuild = Rebuild(owner_dsn)
        done = await (rebuild.swap() if what == "swap" else rebuild.compare())
        took = perf_counter() - began
        if done.differences or done.unread:
            raise SystemExit(f"{what}: {done.differences} {done.unread}")
        named = "and put into place" if what == "swap" else "and compared: equal"
        rows.append((named, f"{done.events:,}", f"{took:.1f}", f"{done.events / took:,.0f}"))
    return ("events", "s", "events/s"), rows

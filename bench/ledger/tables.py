"""Figures as Markdown tables."""

import statistics
from collections.abc import Sequence

from bench.load import percentile

Row = tuple[str, ...]


def table(first: str, columns: Sequence[str], rows: Sequence[Row]) -> str:
    lines = [f"| {first} | {' | '.join(columns)} |", f"| --- |{' ---: |' * len(columns)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def milliseconds(took: Sequence[float]) -> tuple[str, str]:
    """Median and 95th percentile of seconds."""
    ordered = sorted(took)
    return f"{statistics.median(ordered) * 1e3:.2f}", f"{(percentile(ordered, 95) or 0) * 1e3:.2f}"

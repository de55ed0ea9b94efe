"""`python -m bench`: Countersign beside FastAPI doing nothing and a conventional service, in turn
on the same engines; then the ledger. Prints medians of the rounds, as Markdown. Fails only if a
request did. `python -m bench ledger`: the ledger alone; `sizing`: what records take of a machine.
"""

import argparse
import statistics
import sys
from collections.abc import Mapping, Sequence

from bench.contenders import RECORDED, UNRECORDED, Contender, Window, contenders
from bench.ground import ground, machine
from bench.ledger.__main__ import main as ledger
from bench.sealing import report
from bench.sizing import main as sizing

Figures = Mapping[tuple[str, int], Sequence[Window]]
"""The windows of a contender at a number of connections, one for each round."""


def run(
    taking_part: Sequence[Contender], rounds: int, connections: Sequence[int], seconds: float
) -> Figures:
    """Every contender once a round, alone, each round beginning with the next of them."""
    found: dict[tuple[str, int], list[Window]] = {
        (each.name, width): [] for each in taking_part for width in connections
    }
    for number in range(rounds):
        first = number % len(taking_part)
        for contender in (*taking_part[first:], *taking_part[:first]):
            with contender.serving() as server:
                for width in connections:
                    window = contender.measure(server, width, seconds)
                    found[contender.name, width].append(window)
                    print(number + 1, contender.name, width, window, file=sys.stderr)
    return found


def medians(figures: Figures) -> dict[tuple[str, int], Window]:
    """Each figure's median by itself; the errors of all rounds."""
    return {
        key: Window(
            per_second=statistics.median(each.per_second for each in windows),
            p95_ms=statistics.median(each.p95_ms for each in windows),
            cpu_us=statistics.median(each.cpu_us for each in windows),
            errors=sum(each.errors for each in windows),
        )
        for key, windows in figures.items()
    }


def tables(figures: Figures) -> str:
    """The figures, and how Countersign's requests a second compare."""
    median = medians(figures)
    reads = (RECORDED, UNRECORDED)
    names = [name for name in dict.fromkeys(name for name, _ in figures) if name not in reads]
    widths = list(dict.fromkeys(width for _, width in figures))
    lines = [*_table("POST /v1/notes", names, median, widths), ""]
    if (RECORDED, widths[0]) in median:
        lines += [*_table("GET /v1/notes/{id}", reads, median, widths), ""]
        lines += _head("a read, recorded", [f"{width} connections" for width in widths])
        for what, ratio in (("requests/s", "per_second"), ("server CPU", "cpu_us")):
            cells = [
                f"{getattr(median[RECORDED, w], ratio) / getattr(median[UNRECORDED, w], ratio):.2f}"
                for w in widths
            ]
            lines.append(f"| {what} / not recorded | {' | '.join(cells)} |")
        lines.append("")
    lines += [*_head("countersign", [f"{width} connections" for width in widths])]
    for rival in ("empty", "nothing", "crud"):
        ratios = []
        for width in widths:
            # Of a contender's forms the faster counts.
            best = max(median[name, width].per_second for name in names if name.startswith(rival))
            ratios.append(f"{median['countersign', width].per_second / best:.2f}")
        lines.append(f"| / {rival} | {' | '.join(ratios)} |")
    return "\n".join(lines)


def _table(
    first: str, names: Sequence[str], median: Mapping[tuple[str, int], Window],
    widths: Sequence[int],
) -> list[str]:  # fmt: skip
    lines = _head(first, [
        column.format(width) for width in widths
        for column in ("{} connections: requests/s", "p95 ms", "server CPU µs/request")
    ])  # fmt: skip
    for name in names:
        cells = [
            f"{one.per_second:,.0f} | {one.p95_ms:.1f} | {one.cpu_us:,.0f}"
            for one in (median[name, width] for width in widths)
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def _head(first: str, columns: Sequence[str]) -> list[str]:
    return [f"| {first} | {' | '.join(columns)} |", f"| --- |{' ---: |' * len(columns)}"]


def main(arguments: Sequence[str] | None = None) -> int:
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words[:1] == ["ledger"]:
        return ledger(words[1:])
    if words[:1] == ["sizing"]:
        return sizing(words[1:])
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--connections", type=int, nargs="+", default=[8, 32])
    given = parser.parse_args(words)
    with ground() as stack:
        measured_on = machine(stack)
        figures = run(contenders(stack), given.rounds, given.connections, given.seconds)
    windows = [window for each in figures.values() for window in each]
    elsewhere = [window.elsewhere for window in windows]
    print(
        f"{measured_on}; {given.rounds} rounds of {given.seconds:g} s, medians. Other processes "
        f"took {statistics.median(elsewhere):.0%} of the machine, {max(elsewhere):.0%} at most.\n"
    )
    print(tables(figures))
    print("\n" + report(medians(figures)["countersign", given.connections[-1]].cpu_us))
    errors = sum(window.errors for window in windows)
    if errors:
        print(f"\n{errors} requests failed.")
    print()
    ledger([])
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())

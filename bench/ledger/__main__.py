"""`python -m bench.ledger`, or `python -m bench ledger`: the ledger's figures alone, on a real
PostgreSQL without a broker. Prints Markdown."""

import argparse
import sys
from collections.abc import Sequence

import uvloop

from bench.ground import machine
from bench.ledger import appending, proofs, rebuilding, timelines
from bench.ledger.ground import ground
from bench.ledger.tables import table


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench ledger", description=__doc__)
    parser.add_argument("--events", type=int, default=200_000, help="appended, and rebuilt")
    parser.add_argument("--leaves", type=int, default=1_000_000, help="of the tree proofs are from")
    parser.add_argument("--timeline", type=int, nargs=2, default=[10_000, 1_000_000],
                        help="events there are when timelines are asked for")  # fmt: skip
    given = parser.parse_args(arguments)
    with ground() as there:
        print(f"{machine(there.stack)}; the benchmark beside PostgreSQL (fsync on).\n")
        whole = there.database("whole")
        appended = uvloop.run(appending.measure(there, whole, given.events))
        print(table("append to the ledger", *appended), flush=True)
        rebuilt = uvloop.run(rebuilding.measure(there.owner_dsn(whole)))
        print(table("rebuild", *rebuilt), flush=True)
        proved = uvloop.run(proofs.measure(there, there.database("proofs"), given.leaves))
        print(table(f"proofs at {given.leaves:,} leaves", *proved), flush=True)
        asked = uvloop.run(timelines.measure(there, there.database("timelines"), given.timeline))
        print(table("a person's timeline, 50 events, recorded", *asked), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

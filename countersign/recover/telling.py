"""What the operator is told: on the terminal in words, in a file a line for each event."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from pydantic_core import to_json
from rich.console import Console

from countersign.recover.command import Outcome, Wish
from countersign.recover.missing import Lost
from shared.contracts.contract import bare
from shared.platform.http import encode_cursor

FIRST = (
    "concern-raised", "concern-escalated", "concern-acknowledged", "concern-moved",
    "restriction-set", "visit-alert-set", "access-override-granted", "note-retracted",
    "note-returned", "note-countersigned", "plan-registered",
)  # fmt: skip
"""What somebody may come to harm by if it is lost: told before all else."""
MOST_SHOWN = 50


def tell(name: str, outcome: Outcome, wish: Wish, out: Console) -> int:
    """Say what was found and done. Returns the exit code."""
    _tell_of_keys(outcome, wish, out)
    if not outcome.lost:
        out.print("The store has all that it had published: there is nothing to recover from.")
        return 0
    first, last = outcome.lost[0], outcome.lost[-1]
    out.print(
        f"The store of {name} lacks {len(outcome.lost)} events that it had published,"
        f" of {first.time} to {last.time}."
    )
    if outcome.recovered is None:
        return _not_done(outcome, wish, out)
    done = outcome.recovered
    out.print(f"{done.taken_back} of them are back in it, as they were; {done.lost} are lost.")
    out.print(f"Going on from base {done.base}; {done.repositioned} events were moved up.")
    if done.lost:
        out.print("Only the stream and the ledger have these, and other services went by them:")
        _list(outcome.left, outcome.refused, out)
    if done.taken_back:
        out.print(
            f"Systems that follow /v1/feeds/{name} read again from position {outcome.common}"
            f" (after={encode_cursor([outcome.common])}): theirs may be beyond what came back."
        )
    out.print(f"Start the service. Then see whether all agree: countersign reconcile {name}")
    return 0


def _tell_of_keys(outcome: Outcome, wish: Wish, out: Console) -> None:
    keys = outcome.keys
    if keys is None:
        if wish.only_list and (outcome.lost or wish.keys):
            out.print("Keys weren't looked at, since a worker runs.")
    elif wish.only_list:
        out.print(f"Keys: {keys.taken} would come back; these would be destroyed again:")
        out.print("\n".join(f"  {each}" for each in keys.destroyed) or "  none")
    elif keys.taken or keys.destroyed or wish.keys:
        out.print(
            f"Keys: {keys.taken} came back; {len(keys.destroyed)} that had been destroyed since"
            " were destroyed again."
        )


def _not_done(outcome: Outcome, wish: Wish, out: Console) -> int:
    if wish.only_list:
        _list(outcome.lost, {}, out)
    else:
        out.print("Nothing was changed, since some of them can't be taken back:")
        _list([each for each in outcome.lost if each.stream in outcome.refused],
              outcome.refused, out)  # fmt: skip
        out.print("To go on without these, and take the others back: --accept-loss.")
    return 1


def _list(lost: Iterable[Lost], refused: dict[str, str], out: Console) -> None:
    """What matters most first, then by time."""
    events = sorted(lost, key=lambda each: (_rank(each), each.position))
    for what, count in sorted(Counter(bare(each.type) for each in events).items()):
        out.print(f"  {count:>6}  {what}")
    for each in events[:MOST_SHOWN]:
        why = refused.get(each.stream, "")
        out.print(
            f"  {each.time}  {bare(each.type)}  {each.kind}/{each.id} version {each.version}"
            f"  by {each.staff_id}" + (f": {why}" if why else "")
        )
    if len(events) > MOST_SHOWN:
        out.print(f"  … and {len(events) - MOST_SHOWN} more: --report FILE has them all.")


def _rank(lost: Lost) -> int:
    name = bare(lost.type)
    return FIRST.index(name) if name in FIRST else len(FIRST)


def write_report(path: Path, outcome: Outcome) -> None:
    """A line of JSON for each event: which, when, about what, by whom, and what became of it."""
    with path.open("wb") as file:
        for each in outcome.lost:
            became = "taken_back" if each.event_id in outcome.taken else "lost"
            why = outcome.refused.get(each.stream)
            row = {"became": became, **asdict(each), **({"why": why} if why else {})}
            file.write(to_json(row) + b"\n")

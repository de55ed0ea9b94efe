"""The ledger's rows, their leaves and the people's numbers, in the ledger's order."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from countersign.reconcile.heads import Heads
from countersign.reconcile.reading import Beside, Reading, Row
from countersign.reconcile.said import Said
from countersign.reconcile.sealed import Sealed
from countersign.verify import Noting, Positions, Report, Wrong, read_leaf
from services.audit.policy import LEDGER, LINK, Leaf, Numbered
from services.audit.projection import Read, parsed
from shared.contracts.system import SERVICES

HELD = """
SELECT index, service, position, previous, event_id, type, digest, body, recorded_at, record,
  recorded_at < now() - interval '1 minute' AS settled
FROM ledger FULL JOIN leaves USING (index) ORDER BY index
"""
CONSUMED = """
SELECT producer, consumers.position AS position, coalesce(max(ledger.position), 0) AS held
FROM consumers LEFT JOIN ledger ON ledger.service = producer
WHERE producer = ANY(%s) GROUP BY producer, consumers.position ORDER BY producer
"""
EVERY = 1000


def check(ledger: Reading, trees: Heads, report: Report, progress: Any) -> None:
    """Row by row, with all that belongs to each."""
    held = Held(ledger, trees, report)
    about = int(ledger.one("SELECT size FROM ledger_size"))
    for row in ledger.rows(HELD):
        if held.next % EVERY == 0:
            progress("ledger", held.next, about)
        held.check(row)
    held.end(about)
    progress("ledger", about, about)
    for row in ledger.all(CONSUMED, (list(SERVICES),)):
        if row["position"] != row["held"]:
            what = f"was read up to {row['position']}, but the ledger ends at {row['held']}"
            report.add_wrong(f"{row['producer']}, position {row['held']}", what)


class Held:
    def __init__(self, ledger: Reading, trees: Heads, report: Report) -> None:
        self._trees, self._report = trees, report
        self._numbers = Beside(ledger, "numbers", "subject, number, salt", ", subject")
        self._said = Said(ledger)
        self._sealed = Sealed(ledger)
        self._positions = Positions(whole=True)
        self._last: dict[str, int] = {}
        """Each person's last number so far."""
        self._recorded_at = ""
        self._unnumbered = 0
        self.next = 0

    def check(self, row: Row) -> None:
        index, where = row["index"], f"entry {row['index']}"
        if row["service"] is not None:
            where += f" ({row['service']}, position {row['position']})"
        if index != self.next:
            self._report.add_wrong(f"entry {self.next}", f"not there: after it comes {index}")
        self.next = index + 1
        self._numbers.note_strays(index, self._report)
        self._said.strays(index, self._report)
        with Noting(self._report, where):
            if row["record"] is None or row["service"] is None:
                raise Wrong("it is in the ledger without a leaf, or a leaf without an entry")
            self._entry(row, where)

    def end(self, size: int) -> None:
        self._numbers.note_strays(None, self._report)
        self._said.strays(None, self._report)
        self._said.end(self._report)
        if self.next != size:
            what = f"it says {size}; there are {self.next} entries"
            self._report.add_wrong("ledger_size", what)
        for where, what in self._positions.missing():
            self._report.add_wrong(where, what)
        self._report.proved.append(f"{self.next} entries: rows, leaves, numbers, what they say")
        if self._unnumbered:
            self._report.not_proved.append(
                f"{self._unnumbered} entries could not be read when they came, and name nobody"
            )

    def _entry(self, row: Row, where: str) -> None:
        body = bytes(row["body"])
        try:
            read = parsed(body) if row["service"] != LEDGER else None
        except Exception:  # as when it came: whatever it is, it is in the ledger
            read = None
        link = body if row["type"] == LINK else None
        self._trees.leaf(row["index"], bytes(row["record"]), link, where)
        if hashlib.sha256(body).digest() != bytes(row["digest"]):
            self._report.add_wrong(where, "its bytes are not those whose digest is beside them")
        for what in (*self._leaf(row, read), *self._said.of(row, read), *self._order(row, where)):
            self._report.add_wrong(where, what)
        # Keys come by a way of their own, and may come later than what is sealed under them.
        if read and (trouble := self._sealed.trouble(read.body, here=row["settled"])):
            self._report.add_wrong(where, trouble)

    def _leaf(self, row: Row, read: Read | None) -> Iterator[str]:
        """The leaf is what the row says, with the next number of everyone it is about; who these
        were is in `numbers`, with the salts that nothing else has."""
        numbers = [
            Numbered(each["subject"], each["number"], bytes(each["salt"]))
            for each in self._numbers.of(row["index"])
        ]
        for who, number, _ in numbers:
            follows = self._last.get(who, 0) + 1
            if number != follows:
                yield f"number {number} about {who}, where {follows} follows"
            self._last[who] = number
        record, true = bytes(row["record"]), _record(row, numbers)
        if record != true:
            yield f"its leaf is another one's: {', '.join(_differences(record, true))}"
        people, found = {*read.people} if read else set(), {each.person for each in numbers}
        if people and not numbers and record == true:
            self._unnumbered += 1
        elif people != found:
            yield f"numbered as about {_named(found)}, but what it says is about {_named(people)}"

    def _order(self, row: Row, where: str) -> Iterator[str]:
        leaf = read_leaf(bytes(row["record"]).decode())
        if leaf.recorded_at < self._recorded_at:
            yield "it was recorded before the entry before it: back-dated"
        self._recorded_at = leaf.recorded_at
        if row["service"] == LEDGER:
            return
        try:
            self._positions.follow(leaf, where)
        except Wrong as wrong:
            yield str(wrong)


def _named(people: Iterable[str]) -> str:
    return ", ".join(sorted(people)) or "nobody"


def _record(row: Row, numbers: Iterable[Numbered]) -> bytes:
    """The leaf of a row."""
    return Leaf(
        service=row["service"],
        position=row["position"],
        previous=row["previous"],
        event_id=row["event_id"],
        type=row["type"],
        digest=bytes(row["digest"]),
        size=len(row["body"]),
        recorded_at=row["recorded_at"],
        people=tuple(numbers),
    ).record


def _differences(one: bytes, other: bytes) -> list[str]:
    try:
        mine, its = json.loads(one), json.loads(other)
        return [name for name in its if mine.get(name) != its[name]] or ["the way it is written"]
    except (ValueError, AttributeError):
        return ["not JSON"]

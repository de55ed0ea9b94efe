"""The ledger's rows, their leaves, the people's numbers, and what was read from them."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from countersign.reconcile.heads import Heads
from countersign.reconcile.reading import Beside, Reading, Row
from countersign.verify import Noting, Positions, Report, Wrong, read_leaf
from services.audit.policy import LEDGER, LINK, Leaf
from services.audit.projection import Read, parsed, rows_of
from shared.contracts.system import SERVICES

HELD = """
SELECT index, service, position, previous, event_id, type, digest, body, recorded_at, record
FROM ledger FULL JOIN leaves USING (index) ORDER BY index
"""
PARKED = "SELECT producer, position FROM dead_letters"
CONSUMED = """
SELECT producer, consumers.position AS position, coalesce(max(ledger.position), 0) AS held
FROM consumers LEFT JOIN ledger ON ledger.service = producer
WHERE producer = ANY(%s) GROUP BY producer, consumers.position ORDER BY producer
"""
READ = {
    "entries": "event_id, service, type, time, actor_id, actor_role, subject, team_id,"
    " resource_kind, resource_id, resource_version, outcome",
    "subjects": "subject",
    "accesses": "subject, time, actor_id, outcome, basis, override_id",
    "alerts": "kind, time",
}
"""What is read from each entry, and found by its index."""
KEPT = {
    "merges": (("subject", "version"), ""),
    "kept_from": (("staff_id", "resource_id"), ""),
    "restrictions": (("subject",), "version"),
}
"""What stands as it was last said: its key, and by what one thing said is later than another."""
EVERY = 1000


def check(ledger: Reading, trees: Heads, report: Report, progress: Any) -> None:
    """Row by row in the ledger's order, with all that belongs to each."""
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
        self._numbers = Beside(ledger, "numbers", "subject, number", ", subject")
        self._read = [Beside(ledger, table, columns) for table, columns in READ.items()]
        self._parked = {(row["producer"], row["position"]) for row in ledger.all(PARKED)}
        self._positions = Positions(whole=True)
        self._last: dict[str, int] = {}
        self._recorded_at = ""
        self._unnumbered = 0
        self._kept: dict[str, dict[tuple[str, ...], Row]] = {table: {} for table in KEPT}
        self._ledger = ledger
        self.next = 0

    def check(self, row: Row) -> None:
        index, where = row["index"], f"entry {row['index']}"
        if row["service"] is not None:
            where += f" ({row['service']}, position {row['position']})"
        if index != self.next:
            self._report.add_wrong(f"entry {self.next}", f"not there: after it comes {index}")
        self.next = index + 1
        self._strays(index)
        with Noting(self._report, where):
            if row["record"] is None or row["service"] is None:
                raise Wrong("it is in the ledger without a leaf, or a leaf without an entry")
            self._entry(row, where)

    def end(self, size: int) -> None:
        self._strays(None)
        self._compare_kept()
        if self.next != size:
            self._report.add_wrong(
                "ledger_size", f"says {size}; the ledger has {self.next} entries"
            )
        for where, what in self._positions.missing():
            self._report.add_wrong(where, what)
        self._report.proved.append(f"{self.next} entries: rows, leaves, numbers, what they say")
        if self._unnumbered:
            self._report.not_proved.append(
                f"{self._unnumbered} entries could not be read when they came, and name nobody"
            )

    def _entry(self, row: Row, where: str) -> None:
        index, body = row["index"], bytes(row["body"])
        try:
            read: Read | None = parsed(body) if row["service"] != LEDGER else None
        except Exception:  # as when it came: whatever it is, it is in the ledger
            read = None
        self._trees.leaf(index, bytes(row["record"]), body if row["type"] == LINK else None, where)
        for what in (
            *self._digest(row, body),
            *self._leaf(row, read),
            *self._said(row, read),
            *self._order(row, where),
        ):
            self._report.add_wrong(where, what)

    def _digest(self, row: Row, body: bytes) -> Iterator[str]:
        if hashlib.sha256(body).digest() != bytes(row["digest"]):
            yield "its bytes are not those whose digest is beside them"

    def _leaf(self, row: Row, read: Read | None) -> Iterator[str]:
        """The leaf is what the row says, with the next number of everyone it is about."""
        numbers = {each["subject"]: each["number"] for each in self._numbers.of(row["index"])}
        people = read.people if read else ()
        expected = {each: self._last.get(each, 0) + 1 for each in people}
        record, true = bytes(row["record"]), _record(row, expected)
        if people and not numbers and record == _record(row, {}):
            self._unnumbered += 1
            return
        for who in sorted({*numbers, *expected}):
            if numbers.get(who) != expected.get(who):
                yield f"number {numbers.get(who)} about {who}, where {expected.get(who)} follows"
        self._last |= numbers or expected
        if record != true:
            yield f"its leaf is another one's: {', '.join(_differences(record, true))}"

    def _said(self, row: Row, read: Read | None) -> Iterator[str]:
        """Entries, subjects, accesses and alerts are what its bytes say."""
        expected: dict[str, list[Row]] = {table: [] for table in READ}
        parked = (row["service"], row["position"]) in self._parked
        try:
            writes = rows_of(row["index"], row["service"], read) if read and not parked else []
        except Exception:  # as when it came
            writes, read = [], None
        if read is None and row["service"] != LEDGER and not parked:
            yield "it can't be read, and is not parked"
        for write in writes:
            name = write.statement.name
            if name in expected:
                said = {column: each for column, each in write.params.items() if column != "index"}
                expected[name].append(said)
            elif name in KEPT:
                self._keep(name, write.params)
        for beside in self._read:
            found = beside.of(row["index"])
            if sorted(map(repr, map(_plain, found))) != sorted(
                map(repr, map(_plain, expected[beside.table]))
            ):
                yield f"`{beside.table}` has otherwise what it says (countersign rebuild audit)"

    def _keep(self, table: str, said: Row) -> None:
        key, newest_by = KEPT[table]
        of = tuple(str(said[name]) for name in key)
        before = self._kept[table].get(of)
        if before is None or not newest_by or before[newest_by] <= said[newest_by]:
            self._kept[table][of] = said

    def _compare_kept(self) -> None:
        for table, (key, _) in KEPT.items():
            expected = self._kept[table]
            for row in self._ledger.rows(f"SELECT * FROM {table}"):
                of = tuple(str(row[name]) for name in key)
                if _plain(expected.pop(of, {})) != _plain(row):
                    what = "no entry says so (countersign rebuild audit)"
                    self._report.add_wrong(f"{table}, {' '.join(of)}", what)
            for of in expected:
                what = "an entry says so, but it is not there (countersign rebuild audit)"
                self._report.add_wrong(f"{table}, {' '.join(of)}", what)

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

    def _strays(self, index: int | None) -> None:
        for beside in (self._numbers, *self._read):
            for stray in beside.strays(index):
                what = "it has rows, but there is no such entry"
                self._report.add_wrong(f"{beside.table}, entry {stray}", what)


def _record(row: Row, numbers: dict[str, int]) -> bytes:
    return Leaf(
        service=row["service"],
        position=row["position"],
        previous=row["previous"],
        event_id=row["event_id"],
        type=row["type"],
        digest=bytes(row["digest"]),
        size=len(row["body"]),
        recorded_at=row["recorded_at"],
        people=tuple(numbers.items()),
    ).record


def _differences(one: bytes, other: bytes) -> list[str]:
    try:
        mine, its = json.loads(one), json.loads(other)
        return [name for name in its if mine.get(name) != its[name]] or ["the way it is written"]
    except (ValueError, AttributeError):
        return ["not JSON"]


def _plain(row: Row) -> list[tuple[str, str]]:
    return sorted((name, str(each)) for name, each in row.items())

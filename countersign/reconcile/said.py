"""What the entries' bytes say, and what audit has read from them to find entries by."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

from pydantic_core import from_json, to_json

from countersign.reconcile.reading import Beside, Reading, Row
from countersign.verify import Report
from services.audit.policy import LEDGER
from services.audit.projection import Read, rows_of
from shared.eventstore.sql import Write

PARKED = "SELECT producer, position, event_id, type, body FROM dead_letters"
LONGEST, LARGEST = 1000, 2**31 - 1
"""What any column and index of it takes, and any number."""
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
    "filings": (("note_id",), ""),
    "caseloads": (("referral_id", "version"), ""),
    "days": (("day", "block"), ""),
}
"""What stands as it was last said: its key, and by what one thing said is later than another."""
MOMENTS = {"time", "recorded_at"}
REBUILD = "(countersign rebuild audit)"


class Said:
    def __init__(self, ledger: Reading) -> None:
        self._ledger = ledger
        self._parked = {
            (row["producer"], row["position"]): (
                row["event_id"], row["type"], hashlib.sha256(row["body"]).digest()
            )
            for row in ledger.rows(PARKED)
        }  # fmt: skip
        self._believed = 0
        self._read = [Beside(ledger, table, columns) for table, columns in READ.items()]
        self._kept: dict[str, dict[tuple[str, ...], tuple[int, bytes]]] = {
            table: {} for table in KEPT
        }
        """Of each row its key, how late it is, and its digest."""

    def of(self, row: Row, read: Read | None) -> Iterator[str]:
        """What is otherwise than an entry's bytes say."""
        expected: dict[str, list[Row]] = {table: [] for table in READ}
        letter = self._parked.pop((row["service"], row["position"]), None)
        try:
            writes = _writes(row, read)
        except Exception:  # as when it came: whatever it is, it is in the ledger
            writes, read = [], None
        if letter is None and read is None and row["service"] != LEDGER:
            yield "it can't be read, and is not parked"
        elif letter is not None:
            if letter != (row["event_id"], row["type"], bytes(row["digest"])):
                yield "what is parked of it is not what the ledger has"
            if read is not None and all(_can_be_stored(each.params) for each in writes):
                yield "it is parked, but can be read (countersign replay audit)"
            self._believed += 1
            writes = []
        for write in writes:
            name = write.statement.name
            if name in expected:
                expected[name].append(_without_index(write.params))
            elif name in KEPT:
                self._keep(name, write.params)
        for beside in self._read:
            found = sorted(map(_digest, map(_without_index, beside.of(row["index"]))))
            if found != sorted(map(_digest, expected[beside.table])):
                yield f"`{beside.table}` has otherwise what it says {REBUILD}"

    def strays(self, index: int | None, report: Report) -> None:
        """Rows of entries before one that there are not."""
        for beside in self._read:
            beside.note_strays(index, report)

    def end(self, report: Report) -> None:
        """Compare what stands as it was last said."""
        for service, position in self._parked:
            where = f"dead_letters, {service} {position}"
            report.add_wrong(where, "it is parked, but there is no such entry")
        if self._believed:
            report.not_proved.append(
                f"what {self._believed} entries say that are parked: nothing is found by them"
            )
        for table, (key, _) in KEPT.items():
            expected = self._kept[table]
            for row in self._ledger.rows(f"SELECT * FROM {table}"):
                of = tuple(str(row[name]) for name in key)
                if expected.pop(of, (0, b""))[1] != _digest(row):
                    report.add_wrong(f"{table}, {' '.join(of)}", f"no entry says so {REBUILD}")
            for of in expected:
                what = f"an entry says so, but it is not there {REBUILD}"
                report.add_wrong(f"{table}, {' '.join(of)}", what)

    def _keep(self, table: str, said: Row) -> None:
        key, newest_by = KEPT[table]
        of = tuple(str(said[name]) for name in key)
        late = int(said[newest_by]) if newest_by else 0
        if late >= self._kept[table].get(of, (0, b""))[0]:
            self._kept[table][of] = late, _digest(said)


def _writes(row: Row, read: Read | None) -> list[Write]:
    """Raises for what could not be read, or came as another event than it says."""
    if row["service"] == LEDGER:
        return []
    if read is None or (read.body["id"], read.body["type"]) != (row["event_id"], row["type"]):
        raise ValueError
    return rows_of(row["index"], row["service"], read)


def _can_be_stored(params: Row) -> bool:
    """Whether the database has no reason to refuse a row, as it refused some that could be read."""
    said = from_json(to_json(dict(params)))
    return all(
        each is None
        or isinstance(each, bool)
        or (isinstance(each, int) and abs(each) <= LARGEST)
        or (isinstance(each, str) and "\0" not in each and len(each) <= LONGEST)
        or (isinstance(each, list | dict) and "\0" not in str(each) and "\\x00" not in str(each))
        for each in said.values()
    )


def _without_index(row: Row) -> Row:
    return {name: each for name, each in row.items() if name != "index"}


def _digest(row: Row) -> bytes:
    plain = sorted((name, str(_value(name, each))) for name, each in row.items())
    return hashlib.sha256(repr(plain).encode()).digest()[:16]


def _value(name: str, value: object) -> object:
    """A moment that is written as the event has it is the moment that the database gives."""
    if name in MOMENTS and isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.astimezone(UTC) if isinstance(value, datetime) else value

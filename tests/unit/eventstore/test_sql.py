"""Rows are put together in the fewest statements, in an order every process shares."""

import json
from uuid import UUID

from sqlalchemy import bindparam, select

from services.audit.projection.tables import RESTRICTIONS
from services.notes.projection.tables import NOTES
from services.supervision.projection import WORKERS
from shared.eventstore.relay import within
from shared.eventstore.schema import IDEMPOTENCY
from shared.eventstore.sql import Prepared, RowsInto, at_once, grouped
from shared.kernel.ids import new_id
from shared.kernel.store import RecordedEvent

ONE, TWO = UUID(int=1), UUID(int=2)
KEYS = RowsInto(IDEMPOTENCY, replace=False)
ROWS = RowsInto(WORKERS)


def _worker(staff_id: str, active: bool = True):  # type: ignore[no-untyped-def]
    return ROWS.row(staff_id=staff_id, teams=["north-cmht"], document=None, active=active)


def test_many_rows_are_one_statement_and_the_last_of_a_key_counts() -> None:
    [(sql, params)] = grouped([_worker("b"), _worker("a"), _worker("b", active=False)])
    assert "ON CONFLICT (staff_id) DO UPDATE" in sql
    rows = json.loads(params["rows"])
    assert [(row["staff_id"], row["active"]) for row in rows] == [("a", True), ("b", False)]


def test_of_rows_of_a_key_in_a_batch_the_newest_counts_whatever_their_order() -> None:
    """As in the table: what comes late replaces nothing newer."""
    rows = RowsInto(RESTRICTIONS, newest_by="version")

    def restriction(version: int, restricted: bool):  # type: ignore[no-untyped-def]
        return rows.row(subject="a", restricted=restricted, excluded=[], version=version)

    late = [restriction(3, False), restriction(2, True), restriction(1, True)]
    [(sql, params)] = grouped(late)
    assert "WHERE restrictions.version <= excluded.version" in sql
    assert [row["version"] for row in json.loads(params["rows"])] == [3]
    [(_, params)] = grouped([restriction(3, False), restriction(3, True)])
    assert [row["restricted"] for row in json.loads(params["rows"])] == [True]


def test_statements_come_in_one_order() -> None:
    key = KEYS.row(key=b"\x01", request=b"\xff", stream_id=ONE, version=1, recorded_at="now")
    forwards = [sql for sql, _ in grouped([_worker("a"), key])]
    assert forwards == [sql for sql, _ in grouped([key, _worker("a")])]


def test_bytes_travel_as_postgresql_reads_them() -> None:
    key = KEYS.row(key=b"\x01", request=b"\xff", stream_id=ONE, version=1, recorded_at="now")
    assert key.params["key"] == "\\x01"


def test_whole_rows_can_go_at_once_and_other_statements_can_not() -> None:
    together = at_once([_worker("a"), _worker("b")])
    assert together
    sql, params = together
    assert sql.startswith(", rows_0 AS (INSERT INTO workers")
    assert list(params) == ["rows_0"]
    assert at_once([]) == ("", {})
    other = Prepared(select(NOTES).where(NOTES.c.id == bindparam("id")))
    assert at_once([_worker("a"), other.write(id=TWO)]) is None


def _event(size: int) -> RecordedEvent:
    return RecordedEvent(1, new_id(), "t", b"x" * size, None)


def test_a_batch_to_the_broker_fits_and_is_never_empty() -> None:
    assert len(within([_event(10)] * 5, 25)) == 2
    assert len(within([_event(100)] * 5, 25)) == 1
    assert len(within([_event(1)] * 5, 25)) == 5

"""What the migration makes of events that were there before is what reading them makes."""

from pathlib import Path
from typing import Any

import psycopg
from pydantic_core import from_json

from services.audit.projection import parsed, rows_of
from services.audit.projection.tables import (
    CASELOAD_ROWS,
    DAY_ROWS,
    ENTRY_ROWS,
    FILING_ROWS,
    LEDGER_ROWS,
)
from shared.eventstore.sql import RowsInto, Write, grouped
from shared.platform.migrations import migrate
from tests.support.build import NOW
from tests.support.engines import Engines

GOLDEN = Path(__file__).parents[1] / "contracts" / "golden"
TYPES = (
    "notes.note-recorded", "notes.note-refiled", "notes.note-amended",
    "referrals.referral-allocated", "referrals.referral-transferred", "referrals.referral-closed",
    "referrals.referral-received",
)  # fmt: skip
ADDED = (FILING_ROWS, CASELOAD_ROWS, DAY_ROWS)


def test_filings_caseloads_and_days_are_made_of_what_was_there(engines: Engines) -> None:
    old = engines.empty("audit")
    migrate("audit", old.owner_dsn, "0004")
    with psycopg.connect(old.owner_dsn) as connection:
        read: list[Write] = []
        for number, name in enumerate(TYPES):
            body = (GOLDEN / f"countersign.{name}.v1.json").read_bytes()
            service = name.partition(".")[0]
            made = rows_of(number, service, parsed(body))
            # The golden events are each of another resource, or of another version of one.
            entry = next(each for each in made if each.statement is ENTRY_ROWS)
            written = [LEDGER_ROWS.row(**_held(number, service, body)), entry]
            for sql, params in grouped(written):
                connection.execute(sql.encode(), params)
            read += made
    migrate("audit", old.owner_dsn)
    with psycopg.connect(old.owner_dsn) as connection:
        for into in ADDED:
            found = connection.execute(f"SELECT to_json(t) FROM {into.name} AS t".encode())
            assert _rows(connection, into, [row[0] for row in found]) == _rows(
                connection, into, [each.params for each in read if each.statement is into]
            )


def _held(number: int, service: str, body: bytes) -> dict[str, Any]:
    said = from_json(body)
    return {
        "index": number, "service": service, "position": number, "previous": number - 1,
        "event_id": said["id"], "type": said["type"], "digest": bytes(32), "body": body,
        "recorded_at": NOW,
    }  # fmt: skip


def _rows(connection: Any, into: RowsInto, rows: Any) -> list[Any]:
    """Rows as the database would have them, those of one key once."""
    sql = f"SELECT t.* FROM json_populate_recordset(NULL::{into.name}, %s::json) AS t"
    return sorted(connection.execute(sql, (into.json(rows),)).fetchall())

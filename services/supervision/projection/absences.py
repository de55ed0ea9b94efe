"""Read model of absences: from when until when somebody was away."""

from collections.abc import Iterable

from pydantic_core import to_json
from sqlalchemy import Column, Date, Table, Text, text

from services.supervision.domain import Worker
from services.supervision.projection.tables import METADATA
from shared.eventstore.sql import Prepared, Write

ABSENCES = Table(
    "absences",
    METADATA,
    Column("staff_id", Text, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("until_on", Date),
)
"""`until_on` is the last day; null while it goes on. Periods of one worker don't overlap."""
_ARE = Prepared(
    text("""
WITH said AS (
  SELECT from_on, until_on
  FROM json_to_recordset(cast(:periods AS json)) AS each (from_on date, until_on date)
), gone AS (
  DELETE FROM absences
  WHERE staff_id = :staff_id AND from_on NOT IN (SELECT from_on FROM said)
)
INSERT INTO absences (staff_id, from_on, until_on)
SELECT :staff_id, from_on, until_on FROM said
ON CONFLICT (staff_id, from_on) DO UPDATE SET until_on = excluded.until_on
"""),
    name="absences",
)
"""All of a worker's, whole: what is said later may move or cut what was said before."""


def absences_are(worker: Worker) -> Iterable[Write]:
    if worker.absences:
        periods = [{"from_on": begun, "until_on": ended} for begun, ended in worker.absences]
        yield _ARE.write(staff_id=worker.staff_id, periods=to_json(periods).decode())

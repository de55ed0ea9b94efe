"""Read model of absences: from when until when somebody was away."""

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from operator import itemgetter

from pydantic_core import to_json
from sqlalchemy import Column, Date, Integer, Table, Text, any_, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.supervision.domain import Periods, Worker
from services.supervision.projection.tables import METADATA
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared, Write

ABSENCES = Table(
    "absences",
    METADATA,
    Column("staff_id", Text, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("until_on", Date),
    Column("version", Integer, nullable=False),
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
INSERT INTO absences (staff_id, from_on, until_on, version)
SELECT :staff_id, from_on, until_on, :version FROM said
ON CONFLICT (staff_id, from_on) DO UPDATE SET
  until_on = excluded.until_on, version = excluded.version
"""),
    name="absences",
)
"""All of a worker's, whole: what is said later may move or cut what was said before."""
_OF = Prepared(
    select(ABSENCES.c.staff_id, ABSENCES.c.from_on, ABSENCES.c.until_on)
    .where(ABSENCES.c.staff_id == any_(bindparam("staff_ids", type_=ARRAY(Text))))
    .order_by(ABSENCES.c.staff_id, ABSENCES.c.from_on)
)


def absences_are(worker: Worker) -> Iterable[Write]:
    if worker.absences:
        periods = [{"from_on": begun, "until_on": ended} for begun, ended in worker.absences]
        yield _ARE.write(
            staff_id=worker.staff_id, periods=to_json(periods).decode(), version=worker.version
        )


class Absences:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, staff_ids: Collection[str]) -> Mapping[str, Periods]:
        """When some staff were away, in order; those who never were are left out."""
        found = await self._database.fetch(_OF, staff_ids=[*staff_ids])
        return {
            staff_id: tuple((row["from_on"], row["until_on"]) for row in theirs)
            for staff_id, theirs in groupby(found, key=itemgetter("staff_id"))
        }

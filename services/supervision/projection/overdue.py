"""Which supervision is overdue and hasn't been noticed, and which has."""

from datetime import date
from typing import Any

from sqlalchemy import Column, Date, Table, Uuid

from services.supervision.domain import OverdueSupervision
from services.supervision.policy import standing
from services.supervision.projection.compliance import AWAY, terms_of
from services.supervision.projection.tables import METADATA
from shared.eventstore.database import Database
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import RowsInto, Write, time_column
from shared.kernel.days import local_day

OVERDUE = Table(
    "overdue_supervisions",
    METADATA,
    Column("agreement_id", Uuid, primary_key=True),
    Column("due_on", Date, primary_key=True),
    time_column("recorded_at"),
)
_ROWS = RowsInto(OVERDUE)
_MAYBE = f"""
SELECT agreements.id AS agreement_id, agreements.worker_id, supervisor_id, agreements.team_id,
  agreements.kind, interval_weeks, starts_on, agreed_at, NULL AS last_day, held_on, {AWAY} AS away,
  ARRAY(SELECT due_on FROM overdue_supervisions WHERE agreement_id = agreements.id
        AND due_on >= first_due) AS noticed
FROM agreements
JOIN workers ON staff_id = worker_id AND workers.metadata ->> 'status' <> 'left'
LEFT JOIN absences AS gone ON gone.staff_id = worker_id AND until_on IS NULL
LEFT JOIN LATERAL (
  SELECT (held_at AT TIME ZONE 'Europe/London')::date AS held_on FROM sessions
  WHERE sessions.worker_id = agreements.worker_id
    AND sessions.supervisor_id = agreements.supervisor_id AND sessions.kind = agreements.kind
    AND held_at IS NOT NULL
  ORDER BY held_at DESC LIMIT 1
) AS held ON true
CROSS JOIN LATERAL (
  SELECT CASE WHEN held_on + 7 * interval_weeks >= starts_on THEN held_on ELSE starts_on END
    + 7 * interval_weeks AS first_due
) AS first
CROSS JOIN LATERAL (SELECT least(%(today)s, from_on) AS until) AS at_work
WHERE ended_on IS NULL AND interval_weeks IS NOT NULL AND first_due < until
  AND NOT EXISTS (SELECT FROM overdue_supervisions WHERE agreement_id = agreements.id
                  AND due_on >= greatest(first_due, until - 7 * interval_weeks))
ORDER BY first_due, agreements.id
"""
"""What may be: more than one interval has passed since one was held, and none of the last one is
noticed yet. `standing` decides, since days away don't count."""


def overdue_rows(overdue: OverdueSupervision, seal: Seal) -> list[Write]:
    return [
        _ROWS.row(
            agreement_id=overdue.agreement_id,
            due_on=overdue.due_on,
            recorded_at=overdue.created_on,
        )
    ]


class Overdue:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unnoticed(self, today: date) -> list[dict[str, Any]]:
        """What has passed with nothing held, the longest overdue first: of each agreement the last
        due day only, however many passed while nobody noticed. Of one that began before it was
        recorded here, what fell due before that isn't told of: its sessions may be on paper."""
        found = []
        for row in await self._database.run(_MAYBE, {"today": today}):
            held = [row["held_on"]] if row["held_on"] else []
            due_on = standing(terms_of(row), held, today, today).overdue
            if due_on is None or due_on < local_day(row["agreed_at"]):
                continue
            if due_on not in row["noticed"]:
                facts = ("agreement_id", "worker_id", "supervisor_id", "team_id", "kind")
                found.append({**{name: row[name] for name in facts}, "due_on": due_on})
        return found

"""What supervision of a team was agreed, and what was held of it: nobody's words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.supervision.policy import Away, Terms
from shared.eventstore.database import Database, Rows

AWAY = """(SELECT json_agg(json_build_array(from_on, until_on)) FROM absences
   WHERE absences.staff_id = agreements.worker_id)"""
_AGREED = f"""
SELECT agreements.id AS agreement_id, agreements.worker_id, supervisor_id, agreements.kind,
  interval_weeks, starts_on, ended_on, last_day, {AWAY} AS away,
  coalesce(supervisors.metadata ->> 'status' <> 'left', true) AS supervisor_at_work,
  ARRAY(
    SELECT DISTINCT (held_at AT TIME ZONE 'Europe/London')::date FROM sessions
    WHERE sessions.worker_id = agreements.worker_id
      AND sessions.supervisor_id = agreements.supervisor_id
      AND sessions.kind = agreements.kind AND held_at IS NOT NULL
  ) AS held_on,
  held, missed, cancelled, unsigned
FROM agreements
JOIN workers ON workers.staff_id = agreements.worker_id
LEFT JOIN workers AS supervisors ON supervisors.staff_id = agreements.supervisor_id
CROSS JOIN LATERAL (
  SELECT least(ended_on, (workers.metadata ->> 'left_on')::date) AS last_day
) AS lasting
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE within AND held_at IS NOT NULL) AS held,
    count(*) FILTER (WHERE within AND status = 'missed') AS missed,
    count(*) FILTER (WHERE within AND status = 'cancelled') AS cancelled,
    count(*) FILTER (WHERE status = 'held'
      AND (coalesce((sessions.metadata -> 'amendments' -> -1 ->> 'at')::timestamptz, recorded_at)
        AT TIME ZONE 'Europe/London')::date < %(sign_since)s) AS unsigned
  FROM sessions CROSS JOIN LATERAL (
    SELECT (coalesce(held_at, scheduled_for) AT TIME ZONE 'Europe/London')::date
      BETWEEN %(since)s AND %(until)s AS within
  ) AS was
  WHERE agreement_id = agreements.id
) AS counted
WHERE agreements.team_id = %(team_id)s AND starts_on <= %(horizon)s
  AND (last_day IS NULL OR last_day >= %(since)s)
  AND (%(worker_id)s::text IS NULL OR agreements.worker_id = %(worker_id)s)
  AND (%(kind)s::text IS NULL OR agreements.kind = %(kind)s)
ORDER BY agreements.worker_id, agreements.kind, supervisor_id, agreements.id
"""
"""Agreements that were or will be in force between two days. What was held counts for due days
under whichever agreement of the same three; in numbers, under its own."""


def terms_of(row: Mapping[str, Any]) -> Terms:
    """What makes supervision due, of an agreement with an interval."""
    return Terms(
        starts_on=row["starts_on"],
        interval_weeks=row["interval_weeks"],
        last_day=row["last_day"],
        away=tuple(
            Away(date.fromisoformat(since), until and date.fromisoformat(until))
            for since, until in row["away"] or ()
        ),
    )


class Compliance:
    """Queries over the read models of agreements and sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def agreed(
        self,
        team_id: str,
        *,
        since: date,
        until: date,
        horizon: date,
        sign_since: date,
        worker_id: str | None,
        kind: str | None,
    ) -> Rows:
        """A team's agreements with what was held, by worker and kind. `sign_since`: a record that
        is older should have been signed."""
        return await self._database.run(
            _AGREED,
            {
                "team_id": team_id,
                "since": since,
                "until": until,
                "horizon": horizon,
                "sign_since": sign_since,
                "worker_id": worker_id,
                "kind": kind,
            },
        )

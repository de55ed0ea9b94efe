"""What stands open in a team's record keeping, counted: of people who are the team's now, as the
lists have it; boundary queries are of the team's staff, and late reasons of who wrote for it."""

from datetime import datetime
from typing import Any

from shared.eventstore.database import Database

_THEIRS = """
JOIN people ON people.team_id = %(team_id)s AND people.id = coalesce(
  (SELECT root FROM same_person WHERE same_person.id = {table}.service_user_id),
  {table}.service_user_id)
"""
_COUNTED = f"""
SELECT
  (SELECT json_build_object(
     'awaiting', count(*) FILTER (WHERE status = 'awaiting_countersignature'),
     'returned', count(*) FILTER (WHERE status = 'returned'),
     'overdue', count(*) FILTER (WHERE due_at <= %(at)s),
     'author_left', count(*) FILTER (WHERE staff.at_work IS false),
     'first_due_at', min(due_at))
   FROM notes LEFT JOIN staff ON staff.staff_id = notes.author_id
   {_THEIRS.format(table="notes")}
   WHERE status IN ('awaiting_countersignature', 'returned'))
   AS countersignatures,
  (SELECT json_build_object(
     'raised', count(*) FILTER (WHERE status = 'raised'),
     'acknowledged', count(*) FILTER (WHERE status = 'acknowledged'),
     'overdue', count(*) FILTER (WHERE status = 'raised' AND acknowledge_by <= %(at)s),
     'urgent', count(*) FILTER (WHERE urgency = 'urgent'),
     'first_due_at', min(acknowledge_by) FILTER (WHERE status = 'raised'))
   FROM concerns {_THEIRS.format(table="concerns")}
   WHERE status IN ('raised', 'acknowledged'))
   AS concerns,
  (SELECT json_build_object('open', count(*), 'oldest', min(raised_at))
   FROM boundary_queries WHERE team_id = %(team_id)s AND status = 'open') AS boundary_queries,
  (SELECT count(*) FROM notes
   WHERE team_id = %(team_id)s AND outstanding ? 'late_entry_reason') AS late_reasons_outstanding
"""


class Summary:
    """Queries over the read models of a team's work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, team_id: str | None, at: datetime) -> dict[str, Any]:
        [row] = await self._database.run(_COUNTED, {"team_id": team_id, "at": at})
        return row

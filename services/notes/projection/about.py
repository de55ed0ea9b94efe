"""Who is about a person now, to whom a concern could go."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from services.notes.policy import About
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared

_ABOUT = Prepared(
    text("""
WITH same AS (
  SELECT coalesce((SELECT root FROM same_person WHERE id = :service_user_id),
    :service_user_id) AS root
), kept AS (
  SELECT restrictions.* FROM restrictions, same WHERE service_user_id = root
  UNION ALL
  SELECT restrictions.* FROM restrictions, same_person, same
  WHERE service_user_id = same_person.id AND same_person.root = same.root
)
SELECT people.care_coordinator_id, managed.line_manager_id,
  (SELECT json_agg(staff_id) FROM kept, jsonb_array_elements_text(excluded) AS kept_out (staff_id))
    AS excluded,
  (SELECT bool_or(restricted) FROM kept) AS restricted,
  (SELECT json_agg(staff_id) FROM kept, jsonb_array_elements_text(named) AS let_in (staff_id)
   WHERE restricted) AS named,
  (SELECT json_agg(DISTINCT staff_id) FROM shifts WHERE shifts.team_id = people.team_id
     AND starts_at <= :at AND ends_at > :at) AS on_duty,
  (SELECT json_agg(staff_id) FROM staff WHERE at_work AND EXISTS (
     SELECT FROM jsonb_array_elements(memberships) AS place
     WHERE place ->> 'team_id' = people.team_id AND place -> 'ended_at' IS NULL)) AS team,
  (SELECT json_agg(staff_id) FROM staff WHERE NOT at_work AND (
     staff_id IN (people.care_coordinator_id, managed.line_manager_id)
     OR staff_id = ANY(cast(:named AS text[]))
     OR staff_id IN (SELECT staff_id FROM shifts WHERE shifts.team_id = people.team_id)
   )) AS gone
FROM same JOIN people ON people.id = same.root
LEFT JOIN managed ON managed.staff_id = :raised_by
""")
)
"""Of a merged registration: who is about the one that stands for the person."""


async def about(
    database: Database,
    service_user_id: UUID,
    at: datetime,
    *,
    raised_by: str,
    kept_from: Collection[str],
    named: Collection[str],
) -> About:
    """As the register, the rota and the restriction are known here. `kept_from` are those whom the
    concern names, `named` those whom the policy does."""
    row = await database.fetch_one(
        _ABOUT, service_user_id=service_user_id, at=at, raised_by=raised_by, named=[*named]
    )
    if row is None:
        return About()
    return About(
        care_coordinator_id=row["care_coordinator_id"],
        on_duty=frozenset(row["on_duty"] or ()),
        line_manager_id=row["line_manager_id"],
        team=frozenset(row["team"] or ()),
        named_only=frozenset(row["named"] or ()) if row["restricted"] else None,
        unreachable=frozenset((*(row["excluded"] or ()), *(row["gone"] or ()), *kept_from)),
    )

"""Which rules hold for a team at a moment, what an author is trained in and signed off for, and
what the person's plans authorise."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.notes.policy import DEFAULT, InForce, Plan
from services.notes.projection.policies import POLICIES
from shared.eventstore.coalesce import Coalesced
from shared.eventstore.database import Database

_ASKED = """
SELECT asked.n, rules.policy_version, rules.rules::text,
  (SELECT json_agg(activity) FROM competences WHERE competences.staff_id = asked.staff_id
     AND NOT revoked AND today BETWEEN assessed_on AND review_due) AS competences,
  (SELECT json_agg(course) FROM (
     SELECT DISTINCT ON (course) course, completed_on, expires_on FROM courses AS said
     WHERE said.staff_id = asked.staff_id AND said.version >= coalesce((
       SELECT max(version) FROM courses AS withdrawn
       WHERE withdrawn.staff_id = said.staff_id AND withdrawn.course = said.course
         AND withdrawn.withdrawal), 0)
     ORDER BY course, completed_on DESC NULLS LAST, version DESC) AS last
   WHERE completed_on <= today
     AND (expires_on IS NULL OR expires_on >= today)) AS courses,
  CASE WHEN asked.plans THEN (
    SELECT json_agg(json_build_array(id, reference, tasks, valid_from, valid_to)) FROM plans
    WHERE plans.service_user_id IN (asked.service_user_id, people.id) OR plans.service_user_id IN (
      SELECT id FROM same_person WHERE root = people.id)) END AS plans
FROM json_to_recordset(%(keys)s::json)
  AS asked (n int, service_user_id uuid, team_id text, staff_id text, at timestamptz, plans boolean)
CROSS JOIN LATERAL (SELECT (at AT TIME ZONE 'Europe/London')::date AS today) AS local
LEFT JOIN people ON people.id = coalesce(
  (SELECT root FROM same_person WHERE id = asked.service_user_id), asked.service_user_id)
LEFT JOIN LATERAL (
  SELECT policy_version, rules FROM record_keeping_rules
  WHERE record_keeping_rules.team_id = coalesce(asked.team_id, people.team_id)
    AND effective_from <= asked.at
  ORDER BY effective_from DESC, policy_version DESC LIMIT 1
) AS rules ON true
"""
"""Of a course the last completion counts, and of several of one day the one recorded last, which
may put the others right; before a withdrawal nothing does but what it says itself."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds when someone writes about a person: rules, sign-offs and training in force, and
    the person's plans, if they were asked for."""

    policy: InForce = DEFAULT
    competences: frozenset[str] = frozenset()
    courses: frozenset[str] = frozenset()
    plans: tuple[Plan, ...] = ()


class Standings:
    """Queries. Those of many requests go together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked = Coalesced(database, _ASKED)

    async def of(
        self,
        service_user_id: UUID,
        staff_id: str,
        at: datetime,
        team_id: str | None = None,
        *,
        plans: bool = False,
    ) -> Standing:
        """As at a moment: the rules of a team, else of the person's, and the author's standing.

        With `plans`, also the person's, of any time: few notes need them.
        """
        row = await self._asked.one(
            service_user_id=service_user_id, team_id=team_id, staff_id=staff_id, at=at, plans=plans
        )
        return Standing(
            POLICIES.told(row),
            frozenset(row["competences"] or ()),
            frozenset(row["courses"] or ()),
            tuple(_plan(*each) for each in row["plans"] or ()),
        )

    async def rules(self, team_id: str | None, at: datetime) -> InForce:
        """The rules of a team at a moment; those that are shipped, of no team."""
        return POLICIES.told(await self._asked.one(team_id=team_id, at=at))

    async def version(self, team_id: str, policy_version: int) -> InForce:
        """The rules that something was decided by, under the number it cites."""
        return await POLICIES.numbered(self._database, team_id, policy_version)


def _plan(
    id: str, reference: str | None, tasks: list[Any], valid_from: str, valid_to: str | None
) -> Plan:
    return Plan(
        UUID(id),
        reference,
        frozenset((boundary, task) for boundary, task in tasks),
        date.fromisoformat(valid_from),
        date.fromisoformat(valid_to) if valid_to else None,
    )

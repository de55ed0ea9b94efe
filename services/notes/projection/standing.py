"""Which rules hold for a team at a moment, and what an author is trained in and signed off for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notes.policy import DEFAULT, InForce
from services.notes.projection.policies import POLICIES
from shared.eventstore.coalesce import Coalesced
from shared.eventstore.database import Database

_ASKED = """
SELECT asked.n, rules.policy_version, rules.rules::text,
  (SELECT json_agg(activity) FROM competences WHERE competences.staff_id = asked.staff_id
     AND NOT revoked AND asked.at::date BETWEEN assessed_on AND review_due) AS competences,
  (SELECT json_agg(course) FROM courses WHERE courses.staff_id = asked.staff_id
     AND completed_on <= asked.at::date
     AND (expires_on IS NULL OR expires_on >= asked.at::date)) AS courses
FROM json_to_recordset(%(keys)s::json)
  AS asked (n int, service_user_id uuid, team_id text, staff_id text, at timestamptz)
LEFT JOIN people ON people.id = asked.service_user_id
LEFT JOIN LATERAL (
  SELECT policy_version, rules FROM record_keeping_rules
  WHERE record_keeping_rules.team_id = coalesce(asked.team_id, people.team_id)
    AND effective_from <= asked.at
  ORDER BY effective_from DESC, policy_version DESC LIMIT 1
) AS rules ON true
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds when someone writes about a person: rules, sign-offs and training in force."""

    policy: InForce = DEFAULT
    competences: frozenset[str] = frozenset()
    courses: frozenset[str] = frozenset()


class Standings:
    """Queries. Those of many requests go together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked = Coalesced(database, _ASKED)

    async def of(
        self, service_user_id: UUID, staff_id: str, at: datetime, team_id: str | None = None
    ) -> Standing:
        """As at a moment: the rules of a team, else of the person's, and the author's standing."""
        row = await self._asked.one(
            service_user_id=service_user_id, team_id=team_id, staff_id=staff_id, at=at
        )
        return Standing(
            POLICIES.told(row),
            frozenset(row["competences"] or ()),
            frozenset(row["courses"] or ()),
        )

    async def rules(self, team_id: str | None, at: datetime) -> InForce:
        """The rules of a team at a moment; those that are shipped, of no team."""
        return POLICIES.told(await self._asked.one(team_id=team_id, at=at))

    async def version(self, team_id: str, policy_version: int) -> InForce:
        """The rules that something was decided by, under the number it cites."""
        return await POLICIES.numbered(self._database, team_id, policy_version)

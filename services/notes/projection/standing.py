"""Which rules hold for a team at a moment, and what an author is trained in and signed off for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Text, bindparam, cast, select

from services.notes.policy import DEFAULT, InForce
from services.notes.projection.tables import RULES
from shared.contracts.notes import RecordKeepingRules
from shared.eventstore.coalesce import Coalesced
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared

_ASKED = """
SELECT asked.n, rules.policy_version, rules.rules::text,
  (SELECT json_agg(activity) FROM competences WHERE competences.staff_id = asked.staff_id
     AND NOT revoked AND asked.at::date BETWEEN assessed_on AND review_due) AS competences,
  (SELECT json_agg(course) FROM courses WHERE courses.staff_id = asked.staff_id
     AND completed_on <= asked.at::date
     AND (expires_on IS NULL OR expires_on >= asked.at::date)) AS courses
FROM json_to_recordset(%(keys)s::json)
  AS asked (n int, service_user_id uuid, team_id text, staff_id text, at timestamptz)
LEFT JOIN people ON people.id = coalesce(
  (SELECT root FROM same_person WHERE id = asked.service_user_id), asked.service_user_id)
LEFT JOIN LATERAL (
  SELECT policy_version, rules FROM record_keeping_rules
  WHERE record_keeping_rules.team_id = coalesce(asked.team_id, people.team_id)
    AND effective_from <= asked.at
  ORDER BY effective_from DESC, policy_version DESC LIMIT 1
) AS rules ON true
"""
_VERSION = Prepared(
    select(RULES.c.policy_version, cast(RULES.c.rules, Text).label("rules")).where(
        RULES.c.team_id == bindparam("team_id"),
        RULES.c.policy_version == bindparam("policy_version"),
    )
)
_RULES: TypeAdapter[RecordKeepingRules] = TypeAdapter(RecordKeepingRules)


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
            _in_force(row),
            frozenset(row["competences"] or ()),
            frozenset(row["courses"] or ()),
        )

    async def rules(self, team_id: str | None, at: datetime) -> InForce:
        """The rules of a team at a moment; those that are shipped, of no team."""
        return _in_force(await self._asked.one(team_id=team_id, at=at))

    async def version(self, team_id: str, policy_version: int) -> InForce:
        """The rules that something was decided by, under the number it cites."""
        row = await self._database.fetch_one(
            _VERSION, team_id=team_id, policy_version=policy_version
        )
        return _in_force(row) if row else DEFAULT


def _in_force(row: Mapping[str, Any]) -> InForce:
    if row["policy_version"] is None:
        return DEFAULT
    return InForce(row["policy_version"], _read(row["rules"]))


@lru_cache(maxsize=256)
def _read(rules: str) -> RecordKeepingRules:
    return _RULES.validate_json(rules)


def stored(rules: RecordKeepingRules) -> Any:
    """Rules as the read model keeps them."""
    return _RULES.dump_python(rules, mode="json")

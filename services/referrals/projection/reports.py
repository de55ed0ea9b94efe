"""Figures over a team's work, or every team's: unmet needs, and how referrals were decided."""

from typing import Any
from uuid import UUID

from services.referrals.policy import Period
from shared.eventstore.database import Database, Rows

_UNMET = """
SELECT team_id, need, why,
  count(*) FILTER (WHERE met_on IS NULL) AS unmet, count(met_on) AS met
FROM unmet_needs
WHERE (%(team_id)s::text IS NULL OR team_id = %(team_id)s)
  AND recorded_at >= %(since)s AND recorded_at < %(until)s
GROUP BY team_id, need, why
ORDER BY team_id, need, why
"""
_DECIDED = """
SELECT DISTINCT ON (referral_id)
  coalesce(same_person.root, decisions.service_user_id) AS person_id, outcome, reason_code
FROM referral_decisions AS decisions
LEFT JOIN same_person ON same_person.id = decisions.service_user_id
WHERE (%(team_id)s::text IS NULL OR team_id = %(team_id)s)
  AND decided_at >= %(since)s AND decided_at < %(until)s
ORDER BY referral_id, n DESC
"""
"""The last decision of each referral in the period: what was asked for or put off is no more."""
_PEOPLE = """
SELECT id, metadata, document FROM service_users WHERE id = ANY(%(ids)s)
"""


class Reports:
    """Queries over the read models of several kinds of work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unmet(self, team_id: str | None, period: Period) -> Rows:
        """How many needs were recorded in the period, and how many of these are still unmet."""
        return await self._database.run(_UNMET, _asked(team_id, period))

    async def decided(self, team_id: str | None, period: Period) -> Rows:
        return await self._database.run(_DECIDED, _asked(team_id, period))

    async def people(self, ids: set[UUID]) -> Rows:
        """Service users with their sealed documents, where what is personal is."""
        return await self._database.run(_PEOPLE, {"ids": sorted(ids)})


def _asked(team_id: str | None, period: Period) -> dict[str, Any]:
    return {"team_id": team_id, "since": period.since, "until": period.until}

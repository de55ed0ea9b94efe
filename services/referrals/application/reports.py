"""Use cases of figures: counts for managers and IG leads, and nobody's data among them."""

from collections import Counter
from typing import Any

from pydantic_core import from_json

from services.referrals.policy import Period, Unmet, decisions_table, unmet_table
from services.referrals.projection import Reports as ReadModel
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Relationships


class Reports:
    def __init__(
        self, database: Database, relationships: Relationships, documents: Documents
    ) -> None:
        self._relationships = relationships
        self._documents = documents
        self._read = ReadModel(database)

    async def unmet_needs(self, call: Call, team_id: str | None, period: Period) -> dict[str, Any]:
        """Needs recorded in a period, by team, need and why, and whether they are met by now.

        Numbers of codes that the read model has in clear: nobody's record is opened. Restricted
        records count like all others, since no number tells of anyone.
        """
        team_id, _ = await over(self._relationships, call, team_id)
        teams: dict[str, Counter[Unmet]] = {team_id: Counter()} if team_id else {}
        for row in await self._read.unmet(team_id, period):
            counted = teams.setdefault(row["team_id"], Counter())
            counted[row["need"], row["why"], "unmet"] += row["unmet"]
            counted[row["need"], row["why"], "met"] += row["met"]
        return {
            **_asked(team_id, period),
            "teams": [{"team_id": team, **unmet_table(counted)} for team, counted in teams.items()],
        }

    async def decisions(self, call: Call, team_id: str | None, period: Period) -> dict[str, Any]:
        """The last decision of each referral in a period, by ethnicity (PCREF).

        Ethnicity is sealed with the rest of what is personal: everyone's record is opened, and
        that is on record. Restricted records count like all others, since no number tells of
        anyone.
        """
        team_id, grant = await over(self._relationships, call, team_id)
        decided = await self._read.decided(team_id, period)
        people = await self._read.people({row["person_id"] for row in decided})
        found = await self._documents.shown(Slice(people, more=False))
        ethnicity = {
            row["id"]: from_json(row["document"]).get("ethnicity") or "not_recorded"
            for row in found.rows
        }
        counts = Counter(
            (ethnicity.get(row["person_id"], "not_recorded"), row["outcome"], row["reason_code"])
            for row in decided
        )
        shown = Shown(tuple(sorted(ethnicity)), returned=len(decided), team_id=team_id)
        await self._relationships.shown(call, grant, shown)
        return {**_asked(team_id, period), **decisions_table(counts)}


async def over(
    relationships: Relationships, call: Call, team_id: str | None
) -> tuple[str | None, Grant]:
    """The team asked for; every team's, for those whom no team bounds and who name none."""
    for basis in ("system", "governance"):
        if basis in call.bases:
            return team_id, Grant(basis)
    return await relationships.team(call, team_id)


def _asked(team_id: str | None, period: Period) -> dict[str, Any]:
    return {"team_id": team_id, "from": period.since, "to": period.until}

"""What stands open in a team's record keeping, in numbers."""

from typing import Any

from services.notes.projection import Summary as ReadModel
from shared.eventstore.database import Database
from shared.kernel.call import Call
from shared.kernel.errors import Malformed
from shared.platform.relationships import Relationships


class Summary:
    def __init__(self, database: Database, relationships: Relationships) -> None:
        self._relationships = relationships
        self._read = ReadModel(database)

    async def of(self, call: Call, team_id: str | None) -> dict[str, Any]:
        """A team's backlog at this moment. Numbers alone: nobody's data is shown."""
        if team_id is None and "engagement" in call.bases:
            raise Malformed("Name a team.", "team_id")
        team_id, _ = await self._relationships.over_team(call, team_id)
        return {"team_id": team_id, "at": call.at, **await self._read.of(team_id, call.at)}

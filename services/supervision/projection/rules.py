"""Which supervision rules hold for a team at a moment."""

from datetime import datetime

from services.supervision.policy import InForce
from services.supervision.projection.policies import POLICIES
from shared.eventstore.database import Database


class Rules:
    """Queries of the rules in force."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, team_id: str, at: datetime) -> InForce:
        """The rules of a team at a moment, the shipped ones where it has published none."""
        return await POLICIES.at(self._database, team_id, at)

"""Open referrals go along with their person: into another team, or into another registration's."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from services.referrals.domain import Referral
from services.referrals.projection import Referrals
from shared.eventstore.database import Database
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call


class GoingAlong:
    def __init__(self, database: Database, store: PostgresEventStore) -> None:
        self._read = Referrals(database)
        self._store = store

    async def of(self, same: Sequence[UUID]) -> list[Referral]:
        """What is open of a person, under any of these registrations."""
        going = await self._read.open_of(*same)
        return list(await asyncio.gather(*(self._store.load(Referral, each) for each in going)))


def moved(call: Call, going: Sequence[Referral], team_id: str) -> list[Referral]:
    """Those that change team, moved."""
    changing = [each for each in going if each.team_id != team_id]
    for each in changing:
        each.move(call.actor(), call.at, team_id)
    return changing

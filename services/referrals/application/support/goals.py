"""Use cases of goals."""

from typing import Any
from uuid import UUID

from services.referrals.application.support.keeping import Keeping
from services.referrals.domain import Goal
from services.referrals.projection import PLANS, GoalRows, KeptRows
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents
from shared.eventstore.store import PostgresEventStore
from shared.kernel.errors import NotFound
from shared.platform.relationships import Relationships


class Goals(Keeping[Goal]):
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        relationships: Relationships,
        documents: Documents,
    ) -> None:
        super().__init__(Goal, GoalRows(database), store, commands, relationships, documents)
        self._plans = KeptRows(database, PLANS)

    async def _refuse(self, service_user_id: UUID, particulars: dict[str, Any]) -> None:
        plan_id = particulars["plan_id"]
        if plan_id and await self._plans.one(service_user_id, plan_id) is None:
            raise NotFound("This person has no plan with this id.")

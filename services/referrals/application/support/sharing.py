"""Use cases of sharing preferences."""

from typing import Any
from uuid import UUID

from services.referrals.application.support.keeping import Keeping
from services.referrals.domain import SharingPreference
from services.referrals.projection import KeptRows, SharingPreferenceRows
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents
from shared.eventstore.store import PostgresEventStore
from shared.kernel.errors import NotFound
from shared.platform.relationships import Relationships


class SharingPreferences(Keeping[SharingPreference]):
    def __init__(
        self,
        database: Database,
        carers: KeptRows,
        store: PostgresEventStore,
        commands: Commands,
        relationships: Relationships,
        documents: Documents,
    ) -> None:
        rows = SharingPreferenceRows(database)
        super().__init__(SharingPreference, rows, store, commands, relationships, documents)
        self._carers = carers

    async def _refuse(self, service_user_id: UUID, particulars: dict[str, Any]) -> None:
        carer_id = particulars["carer_id"]
        if carer_id and await self._carers.one(service_user_id, carer_id) is None:
            raise NotFound("This person has no carer with this id.")

"""Use cases of the directory of agencies: put, look up."""

from typing import Any

from services.referrals.domain import Agency
from services.referrals.projection import Agencies as ReadModel
from services.referrals.projection import agency_document
from shared.contracts.referrals import AgencyDetails
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.listing import Slice
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.errors import NotFound, VersionChanged
from shared.kernel.ids import named_id


class Agencies:
    """Nothing personal: who looked is not recorded."""

    def __init__(self, database: Database, store: PostgresEventStore, commands: Commands) -> None:
        self._store = store
        self._commands = commands
        self._read = ReadModel(database)

    async def put(
        self, call: Call, agency_id: str, details: AgencyDetails
    ) -> tuple[Outcome[Agency], bool]:
        """Enter an agency, or replace its entry. Also tells whether it was new."""
        stream_id, by = named_id(Agency.kind, agency_id), call.actor()
        if await self._store.has(stream_id):
            return await self._commands.change(
                call, Agency, stream_id, lambda agency: agency.update(by, call.at, details)
            ), False
        if call.if_match is not None:
            raise VersionChanged("There is no such agency yet, so no version to match.")
        return await self._commands.create(
            call, lambda: Agency.enter(by, call.at, agency_id, details), Agency
        ), True

    async def agency(self, agency_id: str, version: int | None) -> dict[str, Any]:
        """An entry as it is, or as it was at a version. Raises `NotFound`."""
        if version is not None:
            stream_id = named_id(Agency.kind, agency_id)
            return agency_document(await self._store.load(Agency, stream_id, version))
        found = await self._read.one(agency_id)
        if found is None:
            raise NotFound("The directory has no such agency.")
        document: dict[str, Any] = found["document"]
        return document

    async def agencies(self, **asked: Any) -> Slice:
        return await self._read.page(**asked)

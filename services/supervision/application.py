"""Use cases of supervision and the workforce register."""

from typing import Any

from services.supervision.domain import Worker
from services.supervision.projection import Register
from shared.contracts.supervision import WorkerDetails
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.listing import Slice
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.errors import NotFound, VersionChanged
from shared.kernel.ids import named_id


class Supervision:
    def __init__(self, database: Database, store: PostgresEventStore, commands: Commands) -> None:
        self._store = store
        self._commands = commands
        self._register = Register(database)

    async def put_worker(
        self, call: Call, staff_id: str, details: WorkerDetails
    ) -> tuple[Outcome[Worker], bool]:
        """Register a worker, or replace their entry. Also tells whether they were new."""
        stream_id = named_id("worker", staff_id)
        if await self._store.bodies(stream_id):
            changed = await self._commands.change(
                call,
                Worker,
                stream_id,
                lambda worker: worker.update(call.actor(), call.at, details),
            )
            return changed, False
        if call.if_match is not None:
            raise VersionChanged("There is no such worker yet, so no version to match.")
        created = await self._commands.create(
            call, lambda: Worker.register(call.actor(), call.at, staff_id, details), Worker
        )
        return created, True

    async def worker(self, staff_id: str) -> dict[str, Any]:
        found = await self._register.one(staff_id)
        if found is None:
            raise NotFound()
        return found

    async def workers(self, team_id: str | None, after: str, limit: int) -> Slice:
        return await self._register.page(team_id, after, limit)

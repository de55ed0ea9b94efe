"""Use cases of the workforce register."""

from typing import Any

from services.supervision import policy
from services.supervision.domain import OwnEntry, Worker
from services.supervision.projection import Register, has_words, without_words
from shared.contracts.supervision import WorkerDetails
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents
from shared.eventstore.listing import Slice
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.errors import NotFound, VersionChanged
from shared.kernel.ids import named_id


class Workers:
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        documents: Documents,
    ) -> None:
        self._store = store
        self._commands = commands
        self._documents = documents
        self._register = Register(database)

    async def put(
        self, call: Call, staff_id: str, details: WorkerDetails
    ) -> tuple[Outcome[Worker], bool]:
        """Register a worker, or replace their entry. Also tells whether they were new.

        Raises `OwnEntry`, `NotYourTeam`.
        """
        stream_id, caller = named_id("worker", staff_id), call.caller

        async def allow(worker: Worker) -> None:
            worker.refuse_own_ties(call.actor(), details)
            if "team" in call.bases:
                teams = await self._register.teams(caller.staff_id, caller.teams)
                worker.refuse_outsider(details, teams)

        if await self._store.bodies(stream_id):
            changed = await self._commands.change(
                call,
                Worker,
                stream_id,
                lambda worker: worker.update(call.actor(), call.at, details),
                allow,
            )
            return changed, False
        if staff_id == caller.staff_id and (
            details.registrations or not caller.teams.issuperset(details.teams)
        ):
            raise OwnEntry()
        if call.if_match is not None:
            raise VersionChanged("There is no such worker yet, so no version to match.")
        created = await self._commands.create(
            call, lambda: Worker.register(call.actor(), call.at, staff_id, details), Worker
        )
        return created, True

    async def one(self, call: Call, staff_id: str) -> dict[str, Any]:
        """A worker, with the words about them for those who may read these."""
        found = await self._register.one(staff_id)
        if found is None:
            raise NotFound()
        if not policy.reads_words(call.role, call.caller.staff_id, staff_id):
            return {**found, "document": without_words(found)}
        if not has_words(found):
            return {**found, "document": found["metadata"]}
        return await self._documents.one({**found, "id": named_id("worker", staff_id)})

    async def page(self, team_id: str | None, after: str, limit: int) -> Slice:
        """The directory: nobody's words."""
        return (await self._register.page(team_id, after, limit)).shown(without_words)

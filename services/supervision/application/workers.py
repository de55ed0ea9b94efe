"""Use cases of the workforce register."""

from typing import Any

from services.supervision import policy
from services.supervision.domain import Asked, NotYourTeam, OwnEntry, Worker, may_enter
from services.supervision.projection import Register, has_words, with_words, without_words
from shared.contracts.supervision import WorkerDetails
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents
from shared.eventstore.listing import Slice
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.errors import NotFound, VersionChanged
from shared.kernel.ids import named_id
from shared.platform.accesslog import AccessLog, Grant, Shown


class Workers:
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        documents: Documents,
        log: AccessLog,
        guarded_team: str,
    ) -> None:
        self._store = store
        self._commands = commands
        self._documents = documents
        self._log = log
        self._guarded = guarded_team
        self._register = Register(database)

    async def put(self, call: Call, staff_id: str, asked: Asked) -> tuple[Outcome[Worker], bool]:
        """Register a worker, or replace their entry. Also tells whether they were new.

        Raises `Malformed`, `OwnEntry`, `NotYourTeam`.
        """
        teams = await self.teams(call)
        held = await self._store.has(named_id("worker", staff_id))
        done, new = await self.set_down(call, staff_id, asked, teams, held=held)
        worker = done.aggregate
        said = bool(worker.training or worker.competences) and not worker.destroyed
        if said and worker.version == call.if_match:
            # Nothing differed, so that no event tells that the caller was shown the words.
            await self._looked(call, staff_id)
        return done, new

    async def teams(self, call: Call) -> frozenset[str] | None:
        """The teams whose staff the caller may change; None: everybody."""
        if "team" not in call.bases:
            return None
        return await self._register.teams_of(call.caller)

    async def held(self, staff_id: str) -> Worker | None:
        """A worker as the register holds them, if it does."""
        try:
            return await self._store.load(Worker, named_id("worker", staff_id))
        except NotFound:
            return None

    async def set_down(
        self,
        call: Call,
        staff_id: str,
        asked: Asked,
        teams: frozenset[str] | None,
        *,
        held: bool,
    ) -> tuple[Outcome[Worker], bool]:
        """As `put`, for who is `held` already or isn't, by somebody of these `teams`."""
        if not held:
            return await self._registered(call, staff_id, asked, teams), True

        async def allow(worker: Worker) -> None:
            details = worker.asked(asked, call.at)
            worker.refuse_own_ties(call.actor(), details)
            if teams is not None:
                worker.refuse_outsider(details, teams, self._guarded)

        changed = await self._commands.change(
            call,
            Worker,
            named_id("worker", staff_id),
            lambda worker: worker.update(call.actor(), call.at, worker.asked(asked, call.at)),
            allow,
        )
        return changed, False

    async def _registered(
        self, call: Call, staff_id: str, asked: Asked, teams: frozenset[str] | None
    ) -> Outcome[Worker]:
        details = asked.entry(None, {}, local_day(call.at))
        if staff_id == call.caller.staff_id and _gives_ties(details, call.caller.teams):
            raise OwnEntry()
        if teams is not None and not may_enter(None, details, teams, self._guarded):
            raise NotYourTeam(resource=f"worker/{staff_id}")
        if call.if_match is not None:
            raise VersionChanged("There is no such worker yet, so no version to match.")
        return await self._commands.create(
            call, lambda: Worker.register(call.actor(), call.at, staff_id, details), Worker
        )

    async def one(self, call: Call, staff_id: str) -> dict[str, Any]:
        """A worker, with the words about them for those who may read these: a look, of anyone but
        themselves."""
        found = await self._register.one(staff_id)
        if found is None:
            raise NotFound()
        if not policy.reads_words(call.role, call.caller.staff_id, staff_id):
            return {**found, "document": without_words(found)}
        if not has_words(found):
            return {**found, "document": found["metadata"]}
        row = await self._documents.one({**found, "id": named_id("worker", staff_id)})
        document = with_words(found, row["document"])
        if document["content_state"] == "shown":
            await self._looked(call, staff_id)
        return {**found, "document": document}

    async def page(self, team_id: str | None, after: str, limit: int) -> Slice:
        """The directory: nobody's words."""
        return (await self._register.page(team_id, after, limit)).shown(without_words)

    async def _looked(self, call: Call, staff_id: str) -> None:
        if staff_id != call.caller.staff_id:
            grant = Grant("system" if "system" in call.bases else "anyone")
            shown = Shown(staff_ids=(staff_id,), resource=f"worker/{staff_id}")
            await self._log.shown(call, grant, shown)


def _gives_ties(details: WorkerDetails, teams: frozenset[str]) -> bool:
    return bool(details.registrations) or not teams.issuperset(details.teams)

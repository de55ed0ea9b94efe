"""Use cases of boundary queries: look up, answer."""

from typing import Any
from uuid import UUID

from services.notes.domain import BoundaryQuery, Note
from services.notes.projection import BoundaryQueries as ReadModel
from shared.contracts.notes import BoundaryOutcome
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents, without_content
from shared.eventstore.listing import Slice
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.errors import Excluded, NoRelationship, NotFound
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Relationships


class BoundaryQueries:
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        relationships: Relationships,
        documents: Documents,
    ) -> None:
        self._store = store
        self._commands = commands
        self._relationships = relationships
        self._documents = documents
        self._read = ReadModel(database)

    async def answer(
        self, call: Call, id: UUID, answer: str, outcome: BoundaryOutcome | None
    ) -> Outcome[BoundaryQuery]:
        """The manager's answer, which also settles what the note was waiting for."""
        note: Note

        async def allow(query: BoundaryQuery) -> None:
            nonlocal note
            query.may_answer(call.actor())
            await self._relationships.team(call, query.team)
            await self._refuse_excluded(call, query.service_user_id)
            note = await self._store.load(Note, query.note_id)

        def decide(query: BoundaryQuery) -> list[Note]:
            query.answer(call.actor(), call.at, answer, outcome)
            note.settle_boundary(call.actor(), call.at, query.id)
            return [note] if note.pending_events else []

        return await self._commands.change(call, BoundaryQuery, id, decide, allow)

    async def query(self, call: Call, id: UUID) -> dict[str, Any]:
        """One query: for the team's manager, and for the worker whom it is about."""
        found = await self._read.one(id)
        if found is None:
            raise NotFound()
        if "own" not in call.bases:
            _, grant = await self._relationships.team(call, found["team_id"])
            await self._refuse_excluded(call, found["service_user_id"])
        elif found["worker_id"] == call.caller.staff_id:
            grant = Grant("own")
        else:
            raise NoRelationship("This query is about someone else.", subject=found["worker_id"])
        found = await self._documents.one(found)
        shown = Shown((found["service_user_id"],), f"boundary-query/{id}", team_id=found["team_id"])
        await self._relationships.shown(call, grant, shown)
        return found

    async def _refuse_excluded(self, call: Call, service_user_id: UUID) -> None:
        """Whoever is excluded from a person's record has no part in what was done with them."""
        person = (await self._relationships.facts(call, service_user_id)).person
        if person and call.caller.staff_id in person.restriction.excluded:
            raise Excluded(subject=str(service_user_id), restricted=person.restriction.restricted)

    async def queries(self, call: Call, team_id: str | None, **rest: Any) -> Slice:
        """A team's queries; what is asked about the caller; for auditors without the words."""
        me = call.caller.staff_id
        if "own" in call.bases:
            grant = Grant("own")
            found = await self._read.page(team_id=team_id, worker_id=me, **rest)
        else:
            team_id, grant = await self._relationships.over_team(call, team_id)
            # A staff matter: restricting a record hides nothing of it from the team's manager.
            found = await self._read.page(team_id=team_id, kept_from=me, **rest)
        await self._relationships.shown(call, grant, Shown.listed(found, team_id))
        if grant.basis != "engagement":
            return await self._documents.shown(found)
        return found.shown(lambda row: grant.shows(without_content(row)))

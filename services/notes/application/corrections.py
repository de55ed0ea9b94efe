"""Use cases of putting right: addenda, late reasons, retraction and refiling."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.notes import policy
from services.notes.application.circumstances import Circumstances, Known
from services.notes.application.routing import Routing
from services.notes.domain import BoundaryQuery, Concern, Note
from services.notes.policy import Author, InForce
from services.notes.projection import BoundaryQueries, Standings
from services.notes.projection import Notes as ReadModel
from shared.contracts.notes import AddendumKind, RetractionKind
from shared.eventstore.commands import Commands, Further, Outcome
from shared.eventstore.database import Database
from shared.eventstore.store import PostgresEventStore
from shared.kernel.actor import Actor
from shared.kernel.call import Call, Caller
from shared.kernel.digests import new_salt
from shared.kernel.ids import new_id
from shared.platform.relationships import Relationships


@dataclass(frozen=True, slots=True)
class RightPerson:
    """Whom a misfiled note is about, what its author is to them, and what goes there with it."""

    id: UUID
    team_id: str
    note_id: UUID
    known: Known
    author: Author
    first: InForce
    """The policy in force when the note was first recorded."""
    concerns: tuple[tuple[Concern, Concern], ...]
    """Each as it is under the wrong person, and as it goes on under this one."""
    queries: tuple[BoundaryQuery, ...]


class Corrections:
    def __init__(
        self,
        database: Database,
        commands: Commands,
        store: PostgresEventStore,
        relationships: Relationships,
        standings: Standings,
        circumstances: Circumstances,
        routing: Routing,
    ) -> None:
        self._commands = commands
        self._store = store
        self._relationships = relationships
        self._standings = standings
        self._circumstances = circumstances
        self._routing = routing
        self._read = ReadModel(database)
        self._queries = BoundaryQueries(database)

    async def add(self, call: Call, id: UUID, kind: AddendumKind, text: str) -> Outcome[Note]:
        """Put something beside a note, which stays as it is."""
        by = call.actor()

        async def allow(note: Note) -> None:
            nonlocal by
            by = await self._permitted(call, note)

        return await self._commands.change(
            call, Note, id, lambda note: note.add(by, call.at, kind, text), allow
        )

    async def give_late_reason(self, call: Call, id: UUID, reason: str) -> Outcome[Note]:
        by = call.actor()

        async def allow(note: Note) -> None:
            nonlocal by
            note.may_write(by)
            by = await self._permitted(call, note)

        return await self._commands.change(
            call, Note, id, lambda note: note.give_late_reason(by, call.at, reason), allow
        )

    async def retract(
        self, call: Call, id: UUID, kind: RetractionKind, reason: str, belongs_to: UUID | None
    ) -> Outcome[Note]:
        """Take a note back: at once by its author, on request by a manager.

        One that belongs to someone else is filed anew under them in the same transaction.
        """
        by, right = call.actor(), None
        asking = concern_open = False

        async def allow(note: Note) -> None:
            nonlocal by, right, asking, concern_open
            asking = call.role == "team_manager" and not note.is_author(by)
            if asking:
                note.refuse_named(by)
            else:
                note.may_retract(by)
            by = await self._permitted(call, note)
            concerns, concern_open = await self._read.concerns_of(id)
            right = await self._right_person(call, note, belongs_to, concerns)

        def decide(note: Note) -> Sequence[Further]:
            if asking:
                note.request_retraction(by, call.at, kind, reason, belongs_to, concern_open)
                return ()
            filed = _refiled(call, by, note, right)
            note.retract(by, call.at, kind, reason, belongs_to, right.note_id if right else None)
            return filed

        return await self._commands.change(call, Note, id, decide, allow)

    async def confirm(self, call: Call, id: UUID, comment: str | None) -> Outcome[Note]:
        """The second person who agrees with a manager's request."""
        by, right, concern_open = call.actor(), None, False

        async def allow(note: Note) -> None:
            nonlocal by, right, concern_open
            note.may_confirm(by)
            by = await self._permitted(call, note)
            concerns, concern_open = await self._read.concerns_of(id)
            if note.retraction_requested:
                right = await self._right_person(call, note, note.belongs_to, concerns)

        def decide(note: Note) -> Sequence[Further]:
            filed = _refiled(call, by, note, right)
            note.confirm_retraction(
                by, call.at, comment, concern_open, right.note_id if right else None
            )
            return filed

        return await self._commands.change(call, Note, id, decide, allow)

    async def _permitted(self, call: Call, note: Note) -> Actor:
        """The caller, with a registration in force if they have one."""
        permitted = await self._relationships.require(
            call, note.service_user_id, note.author.staff_id
        )
        return permitted.facts.actor(call)

    async def _right_person(
        self, call: Call, note: Note, service_user_id: UUID | None, concerns: Sequence[UUID]
    ) -> RightPerson | None:
        """What is known of whom a note and its `concerns` belong to. Raises `NotFound` for someone
        unknown."""
        if service_user_id is None or note.destroyed:
            return None
        theirs = _as_author(call, note.author)
        first, known = await asyncio.gather(
            self._standings.rules(note.team, note.recorded_at),
            self._circumstances.of(theirs, service_user_id, note.contact, note.account_in_full),
        )
        related, note_id = self._relationships.related(theirs, known.facts), new_id()
        before = await asyncio.gather(*(self._store.load(Concern, each) for each in concerns))
        asked = await self._queries.of_note(note.id)
        queries = await asyncio.gather(*(self._store.load(BoundaryQuery, each) for each in asked))
        refiled = await asyncio.gather(
            *(
                self._routing.refiled(
                    call.actor(), call.at, each, service_user_id, known.person.team_id, note_id
                )
                for each in before
            )
        )
        return RightPerson(
            id=service_user_id,
            team_id=known.person.team_id,
            note_id=note_id,
            known=known,
            author=known.author(theirs, related=related),
            first=first,
            concerns=tuple(zip(before, refiled, strict=True)),
            queries=tuple(queries),
        )


def _refiled(call: Call, by: Actor, note: Note, right: RightPerson | None) -> Sequence[Further]:
    """The note under the right person, with its concerns and what was asked about it."""
    if right is None:
        return ()
    judgement = policy.judge(
        right.known.policy,
        right.author,
        note.contact,
        note.account_in_full,
        note.recorded_at,
        call.at,
        note.as_judged(right.first),
        after_death=policy.is_after_death(note.contact, right.known.person.died_on),
    )
    moved_to = {before.id: after.id for before, after in right.concerns}
    new = note.refiled(
        by,
        call.at,
        right.note_id,
        right.id,
        right.team_id,
        new_salt(),
        judgement,
        moved_to.get(note.concern_id) if note.concern_id else None,
    )
    for before, after in right.concerns:
        before.move(by, call.at, after.id)
    for query in right.queries:
        query.move(by, call.at, new.id, right.id)
    return (new, *(each for both in right.concerns for each in both), *right.queries)


def _as_author(call: Call, author: Actor) -> Call:
    """The call as if its author made it: it is their tie that counts."""
    if call.caller.staff_id == author.staff_id:
        return call
    caller = Caller(author.staff_id, author.name, frozenset({author.role}), frozenset())
    return replace(call, caller=caller, role=author.role)

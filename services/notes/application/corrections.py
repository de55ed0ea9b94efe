"""Use cases of putting right: addenda, late reasons, retraction and refiling."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.notes import policy
from services.notes.application.knowing import Knowing, salt
from services.notes.application.moving import moved_with
from services.notes.domain import Note
from services.notes.policy import Author, Judgement
from services.notes.projection import Notes as ReadModel
from shared.contracts.notes import AddendumKind, RetractionKind
from shared.eventstore.commands import Commands, Further, Outcome
from shared.eventstore.database import Database
from shared.kernel.actor import Actor
from shared.kernel.call import Call, Caller
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_id
from shared.platform.relationships import Relationships


@dataclass(frozen=True, slots=True)
class RightPerson:
    """Whom a misfiled note is about, and whether its author has a tie to them."""

    id: UUID
    team_id: str
    related: bool


class Corrections:
    def __init__(
        self,
        database: Database,
        commands: Commands,
        relationships: Relationships,
        knowing: Knowing,
    ) -> None:
        self._commands = commands
        self._relationships = relationships
        self._knowing = knowing
        self._read = ReadModel(database)

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
                concern_open = await self._read.concern_open(id)
            else:
                note.may_retract(by)
            by = await self._permitted(call, note)
            right = await self._right_person(call, note, belongs_to)

        def decide(note: Note) -> Sequence[Further]:
            if asking:
                note.request_retraction(by, call.at, kind, reason, belongs_to, concern_open)
                return ()
            to = new_id() if right else None
            note.retract(by, call.at, kind, reason, belongs_to, to)
            return _refiled(call, by, note, right, to)

        return await self._commands.change(call, Note, id, decide, allow)

    async def confirm(self, call: Call, id: UUID, comment: str | None) -> Outcome[Note]:
        """The second person who agrees with a manager's request."""
        by, right, concern_open = call.actor(), None, False

        async def allow(note: Note) -> None:
            nonlocal by, right, concern_open
            note.may_confirm(by)
            by = await self._permitted(call, note)
            concern_open = await self._read.concern_open(id)
            if note.retraction_requested:
                right = await self._right_person(call, note, note.belongs_to)

        def decide(note: Note) -> Sequence[Further]:
            to = new_id() if right else None
            note.confirm_retraction(by, call.at, comment, concern_open, to)
            return _refiled(call, by, note, right, to)

        return await self._commands.change(call, Note, id, decide, allow)

    async def _permitted(self, call: Call, note: Note) -> Actor:
        """The caller, with a registration in force if they have one."""
        permitted = await self._relationships.require(
            call, note.service_user_id, note.author.staff_id
        )
        return call.actor(permitted.facts.registration(call.at.date()))

    async def _right_person(
        self, call: Call, note: Note, service_user_id: UUID | None
    ) -> RightPerson | None:
        """What is known of whom a note belongs to. Raises `NotFound` for someone unknown."""
        if service_user_id is None:
            return None
        author = _as_author(call, note.author)
        facts = await self._knowing.facts(author, service_user_id)
        if facts.person is None:
            raise NotFound("No service user has this id.")
        related = self._relationships.related(author, facts)
        return RightPerson(service_user_id, facts.person.team_id, related)


def _refiled(
    call: Call, by: Actor, note: Note, right: RightPerson | None, id: UUID | None
) -> Sequence[Further]:
    """The note under the right person, and what goes there with it."""
    if right is None or id is None:
        return ()
    judgement = policy.judge(
        policy.DEFAULT,
        Author(note.author.registration is not None, right.related),
        note.contact,
        note.account_in_full,
        note.recorded_at,
        call.at,
        Judgement(note.flags, note.outstanding, note.countersignature),
    )
    new = note.refiled(by, call.at, id, right.id, right.team_id, salt(), judgement)
    return (new, *moved_with(note, new))


def _as_author(call: Call, author: Actor) -> Call:
    """The call as if its author made it: it is their tie that counts."""
    if call.caller.staff_id == author.staff_id:
        return call
    caller = Caller(author.staff_id, author.name, frozenset({author.role}), frozenset())
    return replace(call, caller=caller, role=author.role)

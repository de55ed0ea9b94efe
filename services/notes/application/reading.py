"""Use cases of notes: read one, its versions and history; list them; the worklist."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notes.application.keeping import refuse_named
from services.notes.domain import Note, Status
from services.notes.projection import Notes as ReadModel
from services.notes.projection import (
    Reader,
    belongs_to_governance,
    corrected_at,
    note_as_seen,
    row_as_seen,
    told_in_full,
    told_of_tombstone,
    told_without_content,
    worklist_item,
)
from shared.eventstore.commands import Outcome
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents, without_content
from shared.eventstore.history import Told
from shared.eventstore.listing import Slice
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.errors import NoRelationship, NotFound
from shared.kernel.relationship import Basis
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Permitted, Relationships
from shared.platform.ties import of_person


class Reading:
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        relationships: Relationships,
        documents: Documents,
    ) -> None:
        self._store = store
        self._documents = documents
        self._relationships = relationships
        self._read = ReadModel(database)

    async def note(self, call: Call, id: UUID) -> dict[str, Any]:
        """The current version of a note."""
        found = await self._found(id)
        permitted = await self._permitted(call, found)
        found = await self._documents.one(found)
        seen = row_as_seen(found, _reader(call, permitted.grant))
        await self._show(call, permitted, found)
        return {**found, "document": seen}

    async def note_as_it_was(
        self, call: Call, id: UUID, version: int | None, as_of: datetime | None
    ) -> dict[str, Any]:
        """A note at a version, or as it stood at a time. Raises `NotFound` before it was made."""
        found = await self._found(id)
        permitted = await self._permitted(call, found)
        then = await self._store.load(Note, id, version, as_of)
        now = await self._store.load(Note, id)
        await self._show(call, permitted, found)
        return note_as_seen(then, now, _reader(call, permitted.grant))

    async def answer(self, call: Call, outcome: Outcome[Note]) -> dict[str, Any]:
        """What a command answers: as its first answer was, unless that is hidden by now."""
        then = outcome.aggregate
        now = await self._store.load(Note, then.id) if outcome.replayed else then
        basis: Basis = "governance" if "governance" in call.bases else "anyone"
        return note_as_seen(then, now, Reader(call.caller.staff_id, basis))

    async def history(self, call: Call, id: UUID) -> list[dict[str, Any]]:
        """Every event of a note, oldest first."""
        found = await self._found(id)
        permitted = await self._permitted(call, found)
        told = await self._store.told(id)
        entries = _as_told(told, found, _reader(call, permitted.grant), permitted.grant)
        await self._show(call, permitted, found, len(entries))
        return entries

    async def notes(
        self,
        call: Call,
        service_user_id: UUID | None,
        author_id: str | None,
        team_id: str | None,
        **rest: Any,
    ) -> Slice:
        """Notes of one service user, or the caller's own. Auditors see them without the words."""
        grant, same = await self._grant_for_list(call, service_user_id, author_id, team_id)
        reader, by_team = _reader(call, grant), grant.basis in ("team", "duty")
        found = await self._read.page(
            **of_person(same),
            author_id=author_id,
            team_id=team_id,
            kept_from=call.caller.staff_id,
            seen_by=call.caller.staff_id if by_team else None,
            of_team=team_id if by_team else None,
            legible_to=_asks_what_is_hidden(reader, author_id, rest),
            **rest,
        )
        if grant.basis == "engagement":
            found = found.shown(lambda row: grant.shows(without_content(row)))
        else:
            found = await self._documents.shown(found)
            found = found.shown(lambda row: row_as_seen(row, reader))
        shown = Shown.listed(found, team_id, service_user_id)
        await self._relationships.shown(call, grant, shown)
        return found

    async def worklist(self, call: Call, team_id: str | None, **rest: Any) -> Slice:
        """What awaits a countersignature, of people who are a team's now; due first."""
        team_id, grant = await self._relationships.over_team(call, team_id)
        me = call.caller.staff_id
        seen_by = None if grant.basis == "engagement" else me
        found = await self._read.worklist(of_team=team_id, seen_by=seen_by, kept_from=me, **rest)
        await self._relationships.shown(call, grant, Shown.listed(found, team_id))
        return found.shown(lambda row: grant.shows(worklist_item(row, call.at)))

    async def _grant_for_list(
        self, call: Call, service_user_id: UUID | None, author_id: str | None, team_id: str | None
    ) -> tuple[Grant, Sequence[UUID]]:
        """Why a list may be had, and the registrations of the person it is about, if it is."""
        if "author" in call.bases and author_id == call.caller.staff_id:
            facts = await self._relationships.facts(call, service_user_id)
            if facts.staff.at_work:
                return Grant("author"), facts.same
        if service_user_id is not None:
            permitted = await self._relationships.require(call, service_user_id)
            return permitted.grant, permitted.facts.same
        if "system" in call.bases:
            return Grant("system"), ()
        if team_id is None and "engagement" not in call.bases:
            raise NoRelationship("Name a service user or a team of yours, or list your own notes.")
        return (await self._relationships.over_team(call, team_id))[1], ()

    async def _found(self, id: UUID) -> dict[str, Any]:
        found = await self._read.note(id)
        if found is None:
            raise NotFound()
        return found

    async def _permitted(self, call: Call, found: dict[str, Any]) -> Permitted:
        whose, resource = found["service_user_id"], f"note/{found['id']}"
        permitted = await self._relationships.require(call, whose, found["author_id"], resource)
        if permitted.grant.basis == "governance" and not belongs_to_governance(found):
            raise NoRelationship(
                "An IG lead reads a note only when it is, or is asked to be, retracted.",
                subject=str(whose),
                resource=resource,
                restricted=permitted.grant.restricted,
            )
        refuse_named(call, permitted, found, found["author_id"], resource)
        return permitted

    async def _show(
        self, call: Call, permitted: Permitted, found: dict[str, Any], returned: int = 1
    ) -> None:
        whose, resource = (found["service_user_id"],), f"note/{found['id']}"
        shown = Shown(whose, resource, returned, found["team_id"])
        await self._relationships.shown(call, permitted.grant, shown)


def _reader(call: Call, grant: Grant) -> Reader:
    return Reader(call.caller.staff_id, grant.basis)


def _as_told(
    told: Sequence[Told], found: Mapping[str, Any], reader: Reader, grant: Grant
) -> list[dict[str, Any]]:
    """A history, as far as the reader may be told it."""
    if grant.basis == "engagement":
        entries = told_without_content(told, reasons=grant.identified)
        return [grant.shows(each) for each in entries]
    author_id = found["author_id"]
    if found["status"] == Status.REFILED and not reader.sees_misfiled(author_id):
        return told_of_tombstone(told)
    hidden = 0 if reader.wrote(author_id) else corrected_at(found["metadata"])
    return told_in_full(told, corrected_at=hidden)


def _asks_what_is_hidden(
    reader: Reader, author_id: str | None, rest: Mapping[str, Any]
) -> str | None:
    """Whose misfiled notes a list may hold: by what it asks, a tombstone would tell its story."""
    tells = author_id or any(rest.get(name) for name in ("flag", "since", "until"))
    return reader.staff_id if tells and not reader.sees_misfiled("") else None

"""Use cases of notes: record, amend, countersign, read."""

import asyncio
import os
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notes import policy
from services.notes.application.circumstances import Circumstances, Known
from services.notes.domain import NamedInConcern, Note
from services.notes.policy import InForce
from services.notes.projection import Notes as ReadModel
from services.notes.projection import Standings, worklist_item
from shared.contracts.notes import Account, Basis, Contact, RecordKeepingRules
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents, without_content
from shared.eventstore.listing import Slice
from shared.eventstore.store import PostgresEventStore
from shared.kernel.actor import pseudonymous
from shared.kernel.call import Call
from shared.kernel.errors import NoRelationship, NotFound, Unavailable
from shared.kernel.ids import new_id
from shared.platform.accesslog import Grant, Shown
from shared.platform.messaging import Messaging
from shared.platform.relationships import Permitted, Relationships


class Notes:
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        messaging: Messaging,
        relationships: Relationships,
        documents: Documents,
        standings: Standings,
    ) -> None:
        self._store = store
        self._documents = documents
        self._commands = commands
        self._messaging = messaging
        self._relationships = relationships
        self._standings = standings
        self._circumstances = Circumstances(messaging, relationships, standings)
        self._read = ReadModel(database)

    async def record(
        self, call: Call, service_user_id: UUID, contact: Contact, account: Account
    ) -> Outcome[Note]:
        """Record a note. Needs no relationship: a note without one is flagged."""
        policy.refuse_future(contact.occurred_at, call.at)
        known = await self._circumstances.of(call, service_user_id, account)
        person = known.facts.person
        if person is None:
            raise NotFound("No service user has this id.")
        knows = known.author(call, related=self._relationships.related(call, known.facts))
        return await self._commands.create(
            call,
            lambda: Note.record(
                known.by(call),
                call.at,
                new_id(),
                service_user_id,
                person.team_id,
                contact,
                account,
                _salt(),
                policy.judge(known.policy, knows, contact, account, call.at, call.at),
            ),
            Note,
        )

    async def amend(
        self, call: Call, id: UUID, contact: dict[str, Any], account: dict[str, Any], reason: str
    ) -> Outcome[Note]:
        """A new version with the given fields changed, judged by the rules in force now; whether
        it is late, by those of when the note was first recorded."""
        if "occurred_at" in contact:
            policy.refuse_future(contact["occurred_at"], call.at)
        known: Known
        first: InForce

        async def allow(note: Note) -> None:
            nonlocal known, first
            note.may_amend(call.actor())
            person, author_id = note.service_user_id, note.author.staff_id
            permitted = await self._relationships.require(call, person, author_id)
            if note.destroyed:
                return
            first, known = await asyncio.gather(
                self._standings.rules(note.team, note.created_on),
                self._circumstances.of(
                    call, person, replace(note.account, **account), note.team, permitted.facts
                ),
            )

        def decide(note: Note) -> None:
            knows = known.author(call, related="no_relationship" not in note.flags)
            new_contact = replace(note.contact, **contact)
            new_account = replace(note.account, **account)
            policy.refuse_future(new_contact.occurred_at, note.created_on)
            judgement = policy.judge(
                known.policy,
                knows,
                new_contact,
                new_account,
                note.created_on,
                call.at,
                note.as_judged(first),
            )
            note.amend(
                known.by(call), call.at, new_contact, new_account, reason, _salt(), judgement
            )

        return await self._commands.change(call, Note, id, decide, allow)

    async def countersign(
        self, call: Call, id: UUID, basis: Basis, digest: str, comment: str | None
    ) -> Outcome[Note]:
        """Sign the current version: not one's own, registered, with a relationship, as the rules
        that are in force now for the note's team allow."""
        signer = call.actor()
        rules: RecordKeepingRules

        async def allow(note: Note) -> None:
            nonlocal signer, rules
            note.refuse_author(signer)
            # A registration that has just been taken away must not sign, if that can be known.
            behind: Unavailable | None = None
            try:
                await self._messaging.catch_up("supervision")
            except Unavailable as error:
                behind = error
            permitted, held = await asyncio.gather(
                self._relationships.require(call, note.service_user_id),
                self._standings.rules(note.team, call.at),
            )
            rules = held.rules
            signer = call.actor(
                permitted.facts.registration(call.at.date(), rules.countersign_bodies)
            )
            if signer.registration is None and behind:
                raise behind
            note.may_countersign(signer)

        return await self._commands.change(
            call,
            Note,
            id,
            lambda note: note.countersign(signer, call.at, basis, digest, comment, rules),
            allow,
        )

    async def note(self, call: Call, id: UUID) -> dict[str, Any]:
        """The current version of a note."""
        found = await self._found(id)
        permitted = await self._permitted(call, found)
        found = await self._documents.one(found)
        await self._show(call, permitted, found)
        return found

    async def note_as_it_was(
        self, call: Call, id: UUID, version: int | None, as_of: datetime | None
    ) -> Note:
        """A note at a version, or as it stood at a time. Raises `NotFound` before it was made."""
        found = await self._found(id)
        permitted = await self._permitted(call, found)
        note = await self._store.load(Note, id, version, as_of)
        await self._show(call, permitted, found)
        return note

    async def history(self, call: Call, id: UUID) -> list[dict[str, Any]]:
        """Every event of a note, oldest first."""
        found = await self._found(id)
        permitted = await self._permitted(call, found)
        entries = await self._store.history(id)
        await self._show(call, permitted, found, len(entries))
        if permitted.grant.identified:
            return entries
        return [pseudonymous({**each, "reason": None}) for each in entries]

    async def notes(
        self,
        call: Call,
        service_user_id: UUID | None,
        author_id: str | None,
        team_id: str | None,
        **rest: Any,
    ) -> Slice:
        """Notes of one service user, or the caller's own. Auditors see them without the words."""
        grant = await self._grant_for_list(call, service_user_id, author_id, team_id)
        found = await self._read.page(
            service_user_id=service_user_id,
            author_id=author_id,
            team_id=team_id,
            kept_from=call.caller.staff_id,
            **rest,
        )
        if grant.basis == "engagement":
            found = found.shown(lambda row: _as_seen(grant, without_content(row)))
        else:
            found = await self._documents.shown(found)
        await self._show_list(call, grant, found, team_id, service_user_id)
        return found

    async def worklist(self, call: Call, team_id: str | None, **rest: Any) -> Slice:
        """What awaits a countersignature in a team, due first."""
        if "engagement" in call.bases:
            grant, seen_by = await self._relationships.audited(call, team_id), None
        else:
            team_id, grant = await self._relationships.team(call, team_id)
            seen_by = call.caller.staff_id
        found = await self._read.worklist(
            team_id=team_id, seen_by=seen_by, kept_from=call.caller.staff_id, **rest
        )
        await self._show_list(call, grant, found, team_id)
        return found.shown(lambda row: _as_seen(grant, worklist_item(row["metadata"], call.at)))

    async def _grant_for_list(
        self, call: Call, service_user_id: UUID | None, author_id: str | None, team_id: str | None
    ) -> Grant:
        if "author" in call.bases and author_id == call.caller.staff_id:
            return Grant("author")
        if service_user_id is not None:
            return (await self._relationships.require(call, service_user_id)).grant
        if "engagement" in call.bases:
            return await self._relationships.audited(call, team_id)
        if "system" in call.bases:
            return Grant("system")
        raise NoRelationship("Name a service user of yours, or list your own notes.")

    async def _found(self, id: UUID) -> dict[str, Any]:
        found = await self._read.note(id)
        if found is None:
            raise NotFound()
        return found

    async def _permitted(self, call: Call, found: dict[str, Any]) -> Permitted:
        person, resource = found["service_user_id"], f"note/{found['id']}"
        permitted = await self._relationships.require(call, person, found["author_id"], resource)
        reader = call.caller.staff_id
        if reader in found["kept_from"] and reader != found["author_id"]:
            restricted = permitted.grant.restricted
            raise NamedInConcern(subject=str(person), resource=resource, restricted=restricted)
        return permitted

    async def _show(
        self, call: Call, permitted: Permitted, found: dict[str, Any], returned: int = 1
    ) -> None:
        whose, resource = (found["service_user_id"],), f"note/{found['id']}"
        shown = Shown(whose, resource, returned, found["team_id"])
        await self._relationships.shown(call, permitted.grant, shown)

    async def _show_list(
        self,
        call: Call,
        grant: Grant,
        found: Slice,
        team_id: str | None,
        asked_for: UUID | None = None,
    ) -> None:
        """Whose notes these are; of someone who was asked for it is told that there are none."""
        whose: set[UUID] = {row["service_user_id"] for row in found.rows}
        whose |= {asked_for} if asked_for else set()
        shown = Shown(tuple(sorted(whose)), returned=len(found.rows), team_id=team_id)
        await self._relationships.shown(call, grant, shown)


def _as_seen(grant: Grant, document: dict[str, Any]) -> dict[str, Any]:
    return document if grant.identified else pseudonymous(document)


def _salt() -> str:
    return os.urandom(16).hex()

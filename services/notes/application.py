"""Use cases of the notes service."""

import contextlib
import os
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notes import policy
from services.notes.domain import Note
from services.notes.policy import PRACTITIONERS, SEES_ALL, SEES_METADATA, Author, Judgement
from services.notes.projection import UNKNOWN, Facts, worklist_item
from services.notes.projection import Notes as ReadModel
from shared.contracts.notes import Account, Basis, Contact
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database, Rows
from shared.eventstore.documents import Documents, without_content
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.errors import NoRelationship, NotFound, Unavailable
from shared.kernel.ids import new_id
from shared.platform.messaging import Messaging


class Notes:
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        messaging: Messaging,
        documents: Documents,
    ) -> None:
        self._store = store
        self._documents = documents
        self._commands = commands
        self._messaging = messaging
        self._read = ReadModel(database)

    async def record(
        self, call: Call, service_user_id: UUID, contact: Contact, account: Account
    ) -> Outcome[Note]:
        """Record a note. Needs no relationship: a note without one is flagged."""
        policy.refuse_future(contact.occurred_at, call.at)
        facts = await self._facts_for_author(call, service_user_id)
        person = facts.relationship
        if person is None:
            raise NotFound("No service user has this id.")
        author = call.actor(facts.registration(call.at.date()))
        knows = Author(author.registration is not None, _is_related(call, facts))
        return await self._commands.create(
            call,
            lambda: Note.record(
                author,
                call.at,
                new_id(),
                service_user_id,
                person.team_id,
                contact,
                account,
                _salt(),
                policy.judge(policy.DEFAULT, knows, contact, account, call.at, call.at),
            ),
            Note,
        )

    async def amend(
        self, call: Call, id: UUID, contact: dict[str, Any], account: dict[str, Any], reason: str
    ) -> Outcome[Note]:
        """A new version with the given fields changed."""
        if "occurred_at" in contact:
            policy.refuse_future(contact["occurred_at"], call.at)
        facts = UNKNOWN

        async def allow(note: Note) -> None:
            nonlocal facts
            note.may_amend(call.actor())
            facts = await self._facts_for_author(call, note.service_user_id)

        def decide(note: Note) -> None:
            by = call.actor(facts.registration(call.at.date()))
            knows = Author(by.registration is not None, "no_relationship" not in note.flags)
            new_contact = replace(note.contact, **contact)
            new_account = replace(note.account, **account)
            policy.refuse_future(new_contact.occurred_at, note.created_on)
            before = Judgement(note.flags, note.outstanding, note.countersignature)
            judgement = policy.judge(
                policy.DEFAULT, knows, new_contact, new_account, note.created_on, call.at, before
            )
            note.amend(by, call.at, new_contact, new_account, reason, _salt(), judgement)

        return await self._commands.change(call, Note, id, decide, allow)

    async def countersign(
        self, call: Call, id: UUID, basis: Basis, digest: str, comment: str | None
    ) -> Outcome[Note]:
        """Sign the current version: not one's own, registered, with a relationship."""
        signer = call.actor()

        async def allow(note: Note) -> None:
            nonlocal signer
            note.refuse_author(signer)
            # A registration that has just been taken away must not sign, if that can be known.
            behind: Unavailable | None = None
            try:
                await self._messaging.catch_up("supervision")
            except Unavailable as error:
                behind = error
            facts = await self._require_relationship(call, note.service_user_id)
            signer = call.actor(facts.registration(call.at.date()))
            if signer.registration is None and behind:
                raise behind
            note.may_countersign(signer)

        def decide(note: Note) -> None:
            note.countersign(signer, call.at, basis, digest, comment, policy.DEFAULT.bases)

        return await self._commands.change(call, Note, id, decide, allow)

    async def note(self, call: Call, id: UUID) -> dict[str, Any]:
        """The current version of a note."""
        return await self._documents.one(await self._readable(call, id))

    async def _readable(self, call: Call, id: UUID) -> dict[str, Any]:
        """A note's row, its document sealed, for a caller who may read it."""
        found = await self._read.note(id)
        if found is None:
            raise NotFound()
        if found["author_id"] != call.caller.staff_id:
            await self._require_relationship(call, found["service_user_id"])
        return found

    async def note_as_it_was(
        self, call: Call, id: UUID, version: int | None, as_of: datetime | None
    ) -> Note:
        """A note at a version, or as it stood at a time. Raises `NotFound` before it was made."""
        await self._readable(call, id)
        note = await self._store.load(Note, id, version)
        while as_of is not None and note.modified_on > as_of:
            if note.version == 1:
                raise NotFound("The note had not been recorded by then.")
            note = await self._store.load(Note, id, note.version - 1)
        return note

    async def history(self, call: Call, id: UUID) -> list[dict[str, Any]]:
        """Every event of a note, oldest first."""
        if call.role not in SEES_METADATA:
            await self._readable(call, id)
        entries = await self._store.history(id)
        if not entries:
            raise NotFound()
        return entries

    async def notes(
        self, call: Call, service_user_id: UUID | None, author_id: str | None, **rest: Any
    ) -> Rows:
        """Notes of one service user, or the caller's own. Auditors see any, without the words."""
        if call.role not in SEES_METADATA:
            if service_user_id is not None:
                await self._require_relationship(call, service_user_id)
            elif author_id != call.caller.staff_id:
                raise NoRelationship("Name a service user of yours, or list your own notes.")
        found = await self._read.page(service_user_id=service_user_id, author_id=author_id, **rest)
        if call.role in SEES_METADATA:
            return [{**row, "document": without_content(row)} for row in found]
        return await self._documents.shown(found)

    async def worklist(self, call: Call, team_id: str | None, **rest: Any) -> Rows:
        """What awaits a countersignature in a team, due first."""
        if call.role not in SEES_METADATA:
            facts = await self._read.facts(None, call.caller.staff_id)
            teams = _teams(call, facts)
            team_id = team_id or (min(teams) if len(teams) == 1 else None)
            if team_id not in teams:
                raise NoRelationship("Name one of your teams.")
        found = await self._read.worklist(team_id=team_id, **rest)
        return [{**row, "document": worklist_item(row["metadata"], call.at)} for row in found]

    async def _facts_for_author(self, call: Call, service_user_id: UUID) -> Facts:
        """Facts for recording, which waits for no one unless the person is unknown here.

        What would be flagged or asked for on stale facts is looked at again if that can be done.
        """
        facts = await self._read.facts(service_user_id, call.caller.staff_id)
        unregistered = facts.registration(call.at.date()) is None
        if facts.relationship is None:
            await self._messaging.catch_up("referrals")
        elif not _is_related(call, facts) or (call.role in PRACTITIONERS and unregistered):
            with contextlib.suppress(Unavailable):
                await self._messaging.catch_up("referrals", "supervision")
        else:
            return facts
        return await self._read.facts(service_user_id, call.caller.staff_id)

    async def _require_relationship(self, call: Call, service_user_id: UUID) -> Facts:
        facts = await self._read.facts(service_user_id, call.caller.staff_id)
        if _is_related(call, facts):
            return facts
        await self._messaging.catch_up("referrals", "supervision")
        facts = await self._read.facts(service_user_id, call.caller.staff_id)
        if facts.relationship is None:
            raise NotFound("No service user has this id.")
        if not _is_related(call, facts):
            raise NoRelationship()
        return facts


def _is_related(call: Call, facts: Facts) -> bool:
    if facts.relationship is None:
        return False
    if call.role in SEES_ALL:
        return True
    return facts.relationship.includes(call.caller.staff_id, _teams(call, facts))


def _teams(call: Call, facts: Facts) -> frozenset[str]:
    """Teams come from the workforce register where the person is in it (api, section 1)."""
    return call.caller.teams if facts.teams is None else facts.teams


def _salt() -> str:
    return os.urandom(16).hex()

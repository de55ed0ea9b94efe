"""Use cases of notes: record, amend, countersign, read."""

import contextlib
import os
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notes import policy
from services.notes.application.routing import Routing
from services.notes.domain import Concern, NamedInConcern, Note
from services.notes.policy import PRACTITIONERS, Author, Judgement
from services.notes.projection import Notes as ReadModel
from services.notes.projection import worklist_item
from shared.contracts.notes import Account, Basis, Contact
from shared.eventstore.commands import Commands, Further, Outcome
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
from shared.platform.ties import Facts


class Notes:
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        messaging: Messaging,
        relationships: Relationships,
        documents: Documents,
        routing: Routing,
    ) -> None:
        self._routing = routing
        self._store = store
        self._documents = documents
        self._commands = commands
        self._messaging = messaging
        self._relationships = relationships
        self._read = ReadModel(database)

    async def record(
        self, call: Call, service_user_id: UUID, contact: Contact, account: Account
    ) -> Outcome[Note]:
        """Record a note. Needs no relationship: a note without one is flagged."""
        policy.refuse_future(contact.occurred_at, call.at)
        known = await self._relationships.facts(call, service_user_id)
        facts = await self._caught_up(call, service_user_id, known)
        person = facts.person
        if person is None:
            raise NotFound("No service user has this id.")
        author = call.actor(facts.registration(call.at.date()))
        knows = Author(author.registration is not None, self._relationships.related(call, facts))
        note_id = new_id()
        concern = account.concern and await self._routing.raised(
            author, call.at, service_user_id, person.team_id, note_id, account.concern
        )
        return await self._commands.create(
            call,
            lambda: Note.record(
                author,
                call.at,
                note_id,
                service_user_id,
                person.team_id,
                contact,
                account,
                _salt(),
                policy.judge(policy.DEFAULT, knows, contact, account, call.at, call.at),
                concern_id=concern.id if concern else None,
            ),
            Note,
            beside=lambda _: [concern] if concern else [],
        )

    async def amend(
        self, call: Call, id: UUID, contact: dict[str, Any], account: dict[str, Any], reason: str
    ) -> Outcome[Note]:
        """A new version with the given fields changed."""
        if "occurred_at" in contact:
            policy.refuse_future(contact["occurred_at"], call.at)
        facts: Facts
        raised: Concern | None = None

        async def allow(note: Note) -> None:
            nonlocal facts, raised
            note.may_amend(call.actor())
            person, author_id = note.service_user_id, note.author.staff_id
            permitted = await self._relationships.require(call, person, author_id)
            facts = await self._caught_up(call, person, permitted.facts)
            said = account.get("concern")
            if said and note.concern_id is None:
                by = call.actor(facts.registration(call.at.date()))
                raised = await self._routing.raised(
                    by, call.at, person, permitted.person.team_id, note.id, said
                )

        def decide(note: Note) -> list[Further]:
            by = call.actor(facts.registration(call.at.date()))
            knows = Author(by.registration is not None, "no_relationship" not in note.flags)
            new_contact = replace(note.contact, **contact)
            new_account = replace(note.account, **account)
            policy.refuse_future(new_contact.occurred_at, note.created_on)
            before = Judgement(note.flags, note.outstanding, note.countersignature)
            judgement = policy.judge(
                policy.DEFAULT, knows, new_contact, new_account, note.created_on, call.at, before
            )
            note.amend(
                by, call.at, new_contact, new_account, reason, _salt(), judgement,
                concern_id=raised.id if raised else None,
            )  # fmt: skip
            return [raised] if raised else []

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
            permitted = await self._relationships.require(call, note.service_user_id)
            signer = call.actor(permitted.facts.registration(call.at.date()))
            if signer.registration is None and behind:
                raise behind
            note.may_countersign(signer)

        def decide(note: Note) -> None:
            note.countersign(
                signer,
                call.at,
                basis,
                digest,
                comment,
                frozenset(policy.DEFAULT.rules.countersign_bases),
            )

        return await self._commands.change(call, Note, id, decide, allow)

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

    async def _caught_up(self, call: Call, service_user_id: UUID, facts: Facts) -> Facts:
        """Facts for recording, which waits for no one unless the person is unknown here.

        What would be flagged or asked for on stale facts is looked at again if that can be done.
        """
        unregistered = facts.registration(call.at.date()) is None
        if facts.person is None:
            await self._messaging.catch_up("referrals")
        elif not self._relationships.related(call, facts) or (
            call.role in PRACTITIONERS and unregistered
        ):
            with contextlib.suppress(Unavailable):
                await self._messaging.catch_up("referrals", "supervision")
        else:
            return facts
        return await self._relationships.facts(call, service_user_id)


def _as_seen(grant: Grant, document: dict[str, Any]) -> dict[str, Any]:
    return document if grant.identified else pseudonymous(document)


def _salt() -> str:
    return os.urandom(16).hex()

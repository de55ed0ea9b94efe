"""Use cases of notes: record, amend."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from services.notes import policy
from services.notes.application.knowing import Knowing, salt
from services.notes.domain import Note
from services.notes.policy import Author, Judgement
from shared.contracts.notes import Account, AmendmentKind, Contact
from shared.eventstore.commands import Commands, Outcome
from shared.kernel.call import Call
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_id
from shared.platform.relationships import Relationships
from shared.platform.ties import Facts


class Notes:
    def __init__(self, commands: Commands, relationships: Relationships, knowing: Knowing) -> None:
        self._commands = commands
        self._relationships = relationships
        self._knowing = knowing

    async def record(
        self, call: Call, service_user_id: UUID, contact: Contact, account: Account
    ) -> Outcome[Note]:
        """Record a note. Needs no relationship: a note without one is flagged."""
        policy.refuse_future(contact.occurred_at, call.at)
        facts = await self._knowing.facts(call, service_user_id)
        person = facts.person
        if person is None:
            raise NotFound("No service user has this id.")
        author = call.actor(facts.registration(call.at.date()))
        knows = Author(author.registration is not None, self._relationships.related(call, facts))
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
                salt(),
                policy.judge(policy.DEFAULT, knows, contact, account, call.at, call.at),
            ),
            Note,
        )

    async def amend(
        self,
        call: Call,
        id: UUID,
        contact: dict[str, Any],
        account: dict[str, Any],
        reason: str,
        kind: AmendmentKind = "amendment",
    ) -> Outcome[Note]:
        """A new version with the given fields changed."""
        if "occurred_at" in contact:
            policy.refuse_future(contact["occurred_at"], call.at)
        facts: Facts

        async def allow(note: Note) -> None:
            nonlocal facts
            note.may_write(call.actor())
            person, author_id = note.service_user_id, note.author.staff_id
            permitted = await self._relationships.require(call, person, author_id)
            facts = await self._knowing.caught_up(call, person, permitted.facts)

        def decide(note: Note) -> None:
            by = call.actor(facts.registration(call.at.date()))
            knows = Author(by.registration is not None, "no_relationship" not in note.flags)
            new_contact = replace(note.contact, **contact)
            new_account = replace(note.account, **account)
            policy.refuse_future(new_contact.occurred_at, note.recorded_at)
            before = Judgement(note.flags, note.outstanding, note.countersignature)
            judgement = policy.judge(
                policy.DEFAULT, knows, new_contact, new_account, note.recorded_at, call.at, before
            )
            note.amend(by, call.at, new_contact, new_account, reason, salt(), judgement, kind)

        return await self._commands.change(call, Note, id, decide, allow)

"""Use cases of notes: record, amend."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.notes import policy
from services.notes.application.circumstances import Circumstances, Known
from services.notes.application.recording import Recording
from services.notes.domain import Concern, Note
from services.notes.policy import InForce
from services.notes.projection import Standings
from shared.contracts.notes import Account, AmendmentKind, Contact
from shared.eventstore.commands import Commands, Further, Outcome
from shared.kernel.actor import Actor
from shared.kernel.call import Call
from shared.kernel.digests import new_salt
from shared.kernel.times import refuse_future
from shared.platform.relationships import Relationships


class Notes:
    def __init__(
        self,
        commands: Commands,
        relationships: Relationships,
        standings: Standings,
        circumstances: Circumstances,
        recording: Recording,
    ) -> None:
        self._commands = commands
        self._relationships = relationships
        self._standings = standings
        self._circumstances = circumstances
        self._recording = recording

    async def record(
        self, call: Call, service_user_id: UUID, contact: Contact, account: Account
    ) -> Outcome[Note]:
        """Record a note. Needs no relationship: a note without one is flagged."""
        refuse_future(contact.occurred_at, call.at, "occurred_at")
        prepared = await self._recording.prepared(call, service_user_id, contact, account)
        return await self._commands.create(
            call, lambda: prepared.note, Note, beside=lambda _: prepared.beside
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
        """A new version with the given fields changed, judged by the rules in force now; whether
        it is late, by those of when the note was first recorded."""
        if "occurred_at" in contact:
            refuse_future(contact["occurred_at"], call.at, "occurred_at")
        if said_of_it := account.get("concern"):
            policy.refuse_future_alerts(said_of_it.alerted, call.at, "#/concern/alerted")
        known: Known
        first: InForce
        raised: Concern | None = None
        restate: Callable[[Actor], Concern | None]

        async def allow(note: Note) -> None:
            nonlocal known, first, raised, restate
            note.may_write(call.actor())
            person, author_id = note.service_user_id, note.author.staff_id
            permitted = await self._relationships.require(call, person, author_id)
            if note.destroyed:
                return
            when, said = replace(note.contact, **contact), replace(note.account, **account)
            first, known = await asyncio.gather(
                self._standings.rules(note.team, note.recorded_at),
                self._circumstances.of(
                    call, person, when, said, note.team, permitted.facts, note.account
                ),
            )
            restate = await self._recording.restated(call, note, said.concern)
            if note.concern_id is None:
                team_id = permitted.person.team_id
                raised = await self._recording.concern(
                    call, known, person, team_id, note.id, said.concern
                )

        def decide(note: Note) -> list[Further]:
            author = known.author(call, related="no_relationship" not in note.flags)
            before = note.as_judged(first)
            new_contact = replace(before.contact, **contact)
            new_account = replace(before.account, **account)
            refuse_future(new_contact.occurred_at, note.recorded_at, "occurred_at")
            note.amend(
                known.by(call),
                call.at,
                new_contact,
                new_account,
                reason,
                new_salt(),
                policy.judge(
                    known.policy,
                    author,
                    new_contact,
                    new_account,
                    note.recorded_at,
                    call.at,
                    before,
                    after_death=policy.is_after_death(new_contact, known.person.died_on, before),
                ),
                kind,
                raised.id if raised else None,
            )
            rules = known.policy.rules
            asked = policy.newly_queried(rules, author, new_contact, new_account, before)
            query = self._recording.query(call, known, note, asked)
            return [each for each in (raised, restate(known.by(call)), query) if each]

        return await self._commands.change(call, Note, id, decide, allow)

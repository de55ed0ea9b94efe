"""Use cases of concerns: raise, tell, acknowledge, escalate, close."""

import contextlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from services.notes import policy
from services.notes.application.routing import Routing
from services.notes.domain import (
    Concern,
    Note,
    NotYoursToAnswer,
    Told,
)
from services.notes.projection import Concerns as ReadModel
from shared.contracts import notes as contract
from shared.contracts.notes import Alert, Recipient
from shared.eventstore.commands import Commands, Further, Outcome
from shared.eventstore.database import Database
from shared.eventstore.store import PostgresEventStore
from shared.kernel.actor import Actor
from shared.kernel.call import Call
from shared.kernel.errors import (
    ContentDestroyed,
    Malformed,
    NotFound,
    VersionChanged,
)
from shared.platform.deadlines import each_due
from shared.platform.messaging import Messaging
from shared.platform.relationships import Permitted, Relationships

TRIES = 3
"""How often a concern is raised on a note that changes at that moment."""


class Concerns:
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        messaging: Messaging,
        relationships: Relationships,
        routing: Routing,
    ) -> None:
        self._store = store
        self._commands = commands
        self._messaging = messaging
        self._relationships = relationships
        self._routing = routing
        self._read = ReadModel(database)

    async def raise_(
        self, call: Call, service_user_id: UUID, said: contract.Concern, note_id: UUID | None
    ) -> Outcome[Concern]:
        """Raise a concern, which needs no relationship and, but for `note_id`, no note."""
        policy.refuse_future_alerts(said.alerted, call.at, "#/alerted")
        facts = await self._relationships.facts(call, service_user_id)
        if facts.person is None:
            await self._messaging.catch_up("referrals")
            facts = await self._relationships.facts(call, service_user_id)
        person = facts.person
        if person is None:
            raise NotFound("No service user has this id.")
        by, team_id = facts.actor(call), person.team_id

        async def once() -> Outcome[Concern]:
            note = await self._note(note_id, facts.same) if note_id else None
            # With its note, whichever registration of the person that was recorded under.
            filed = note.service_user_id if note else service_user_id
            raised = await self._routing.raised(by, call.at, filed, team_id, note_id, said)

            def beside(raised: Concern) -> Sequence[Further]:
                if note is None:
                    return ()
                note.link_concern(by, call.at, raised.id, raised.about_staff)
                return (note,)

            return await self._commands.create(call, lambda: raised, Concern, beside=beside)

        for _ in range(TRIES - 1):
            with contextlib.suppress(VersionChanged):
                return await once()
        return await once()

    async def _note(self, id: UUID, same: Collection[UUID]) -> Note:
        """The note that it is raised on: any other change of that is before this or after it."""
        try:
            note = await self._store.load(Note, id)
        except NotFound:
            note = None
        if note is None or note.service_user_id not in same:
            raise Malformed("note_id is not of a note about this person", "#/note_id")
        return note

    async def alert(
        self, call: Call, id: UUID, alerted: tuple[Alert, ...], told: Told
    ) -> Outcome[Concern]:
        """Someone else was told of it, or the service user was."""
        policy.refuse_future_alerts(alerted, call.at, "#/alerted")
        return await self._change(
            call,
            id,
            lambda concern, by: concern.alert(by, call.at, alerted, told),
            lambda concern: self._acting(call, concern),
        )

    async def acknowledge(self, call: Call, id: UUID, plan: str, told: Told) -> Outcome[Concern]:
        """Take it on. For the care co-ordinator, whoever is on duty, or whom it has reached."""
        return await self._change(
            call,
            id,
            lambda concern, by: concern.acknowledge(by, call.at, plan, told),
            lambda concern: self._answering(call, concern),
        )

    async def escalate(self, call: Call, id: UUID, reason: str) -> Outcome[Concern]:
        """Ask for it to go on to the next along the policy's chain, now."""
        taken: tuple[int, Recipient, tuple[str, ...]]

        async def allow(concern: Concern) -> Actor:
            nonlocal taken
            by = await self._acting(call, concern)
            steps = await self._read.steps(concern.id)
            past = [each["position"] + 1 for each in steps if each["clock"] == concern.clock]
            taken = await self._routing.step(
                concern, max([concern.asked, *past]), by.staff_id, call.at
            )
            return by

        return await self._change(
            call, id, lambda concern, by: concern.escalate(by, call.at, *taken, reason), allow
        )

    async def upgrade(self, call: Call, id: UUID, reason: str) -> Outcome[Concern]:
        """Urgent after all."""
        return await self._anew(call, id, "urgent", reason)

    async def reopen(self, call: Call, id: UUID, reason: str) -> Outcome[Concern]:
        """It wasn't over."""
        return await self._anew(call, id, None, reason)

    async def close(self, call: Call, id: UUID, outcome: str) -> Outcome[Concern]:
        """Say what came of it. For those who may acknowledge it, whoever did, or a manager."""

        async def allow(concern: Concern) -> Actor:
            took_it_on = concern.acknowledged and concern.acknowledged.by.staff_id
            if call.role == "team_manager" or took_it_on == call.caller.staff_id:
                return await self._acting(call, concern)
            return await self._answering(call, concern)

        return await self._change(
            call, id, lambda concern, by: concern.close(by, call.at, outcome), allow
        )

    async def escalate_due(self, call: Call) -> int:
        """Take the next step of each concern whose next step is due: once, whoever else does.

        Returns how many were taken. What comes late is not made up for.
        """
        return await each_due(partial(self._read.due, call.at), partial(self._take_step, call))

    async def _take_step(self, call: Call, **due: Any) -> bool:
        # Nothing more is written of a person whose key was destroyed.
        with contextlib.suppress(ContentDestroyed):
            return await self._commands.append(call, await self._routing.next_step(call, due))
        return False

    async def _anew(
        self, call: Call, id: UUID, urgency: contract.Urgency | None, reason: str
    ) -> Outcome[Concern]:
        """Start another clock: made urgent, or opened again as urgent as it was."""
        clock: policy.Clock

        async def allow(concern: Concern) -> Actor:
            nonlocal clock
            by = await self._acting(call, concern)
            clock = await self._routing.starts(
                call.at,
                concern.service_user_id,
                concern.team,
                concern.raised_by.staff_id,
                concern.about_staff,
                urgency or concern.urgency,
            )
            return by

        def decide(concern: Concern, by: Actor) -> None:
            begin = concern.upgrade if urgency else concern.reopen
            begin(by, call.at, clock, reason)

        return await self._change(call, id, decide, allow)

    async def _change(
        self,
        call: Call,
        id: UUID,
        decide: Callable[[Concern, Actor], None],
        allow: Callable[[Concern], Awaitable[Actor]],
    ) -> Outcome[Concern]:
        """Run a command by the caller as `allow` finds them: with the registration in force."""
        by = call.actor()

        async def allowed(concern: Concern) -> None:
            nonlocal by
            by = await allow(concern)

        return await self._commands.change(
            call, Concern, id, lambda concern: decide(concern, by), allowed
        )

    async def _acting(self, call: Call, concern: Concern) -> Actor:
        """The caller, who has a tie to the person or raised it, and isn't named in it."""
        raised_by = concern.raised_by.staff_id
        permitted = await self._relationships.require(call, concern.service_user_id, raised_by)
        concern.refuse_named(call.actor())
        return permitted.facts.actor(call)

    async def _answering(self, call: Call, concern: Concern) -> Actor:
        """The caller, if it is for them to answer it, also by a rota that has just been made."""
        permitted = await self._relationships.require(call, concern.service_user_id)
        concern.refuse_named(call.actor())
        if not self._answers(call, concern, permitted):
            await self._relationships.catch_up(call)
            permitted = await self._relationships.require(call, concern.service_user_id)
            if not self._answers(call, concern, permitted):
                raise NotYoursToAnswer()
        return permitted.facts.actor(call)

    def _answers(self, call: Call, concern: Concern, permitted: Permitted) -> bool:
        return policy.answers(concern.id, permitted.person, permitted.facts.staff, call.at)

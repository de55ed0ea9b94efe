"""Use cases of concerns: raise, tell, acknowledge, escalate, close, read."""

import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from services.notes import policy
from services.notes.application.routing import Routing
from services.notes.domain import (
    Concern,
    ConcernStatus,
    NamedInConcern,
    Note,
    NotYoursToAnswer,
    Told,
    stream_of,
)
from services.notes.projection import Concerns as ReadModel
from services.notes.projection import concern_at, concern_document
from shared.contracts import notes as contract
from shared.contracts.notes import Alert, Recipient
from shared.eventstore.commands import Commands, Further, Outcome
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents, without_content
from shared.eventstore.listing import Slice
from shared.eventstore.store import PostgresEventStore
from shared.kernel.actor import Actor
from shared.kernel.call import Call
from shared.kernel.errors import (
    ContentDestroyed,
    Malformed,
    NoRelationship,
    NotFound,
    VersionChanged,
)
from shared.platform.accesslog import Grant, Shown
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
        documents: Documents,
        routing: Routing,
    ) -> None:
        self._store = store
        self._commands = commands
        self._messaging = messaging
        self._relationships = relationships
        self._documents = documents
        self._routing = routing
        self._read = ReadModel(database)

    async def raise_(
        self, call: Call, service_user_id: UUID, said: contract.Concern, note_id: UUID | None
    ) -> Outcome[Concern]:
        """Raise a concern, which needs no relationship and, but for `note_id`, no note."""
        facts = await self._relationships.facts(call, service_user_id)
        if facts.person is None:
            await self._messaging.catch_up("referrals")
            facts = await self._relationships.facts(call, service_user_id)
        person = facts.person
        if person is None:
            raise NotFound("No service user has this id.")
        policy.refuse_future_alerts(said.alerted, call.at, "#/alerted")
        by, team_id = call.actor(facts.registration(call.at.date())), person.team_id

        async def once() -> Outcome[Concern]:
            raised = await self._routing.raised(
                by, call.at, service_user_id, team_id, note_id, said
            )
            note = await self._note_of(raised) if note_id else None

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

    async def _note_of(self, raised: Concern) -> Note:
        """The note that it is raised on: any other change of that is before this or after it."""
        try:
            note = await self._store.load(Note, raised.note_id or raised.id)
        except NotFound:
            note = None
        if note is None or note.service_user_id != raised.service_user_id:
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
        taken = 0
        for due in await self._read.due(call.at):
            try:
                await self._commands.append(call, await self._routing.next_step(call, due))
            except (VersionChanged, ContentDestroyed):
                continue  # another worker was first, or nothing more is written of this person
            taken += 1
        return taken

    async def concern(self, call: Call, id: UUID) -> dict[str, Any]:
        """One concern as it stands."""
        found = await self._found(id)
        permitted = await self._permitted(call, found)
        found = await self._documents.one(found)
        steps = await self._read.steps(id)
        await self._show(call, permitted, found)
        document = concern_at(from_json(found["document"]), steps, call.at)
        return {**found, "document": document}

    async def history(self, call: Call, id: UUID) -> list[dict[str, Any]]:
        """What people did with it and what the clock did, oldest first."""
        found = await self._found(id)
        permitted = await self._permitted(call, found)
        steps = await self._read.steps(id)
        streams = (stream_of(id, step["clock"], step["step"]) for step in steps)
        entries = await self._store.history(id, *streams)
        await self._show(call, permitted, found, len(entries))
        grant = permitted.grant
        if found["status"] == ConcernStatus.MOVED:
            entries = [each for each in entries if each["type"] == "concern-moved"]
        elif grant.identified:
            return entries
        return [grant.shows({**each, "reason": None}) for each in entries]

    async def concerns(
        self,
        call: Call,
        service_user_id: UUID | None,
        team_id: str | None,
        *,
        reached: bool,
        **rest: Any,
    ) -> Slice:
        """Those of one service user, of a team, or that reached the caller; never those about
        them. Auditors see them without the words."""
        seen_by = None
        if service_user_id is not None:
            grant = (await self._relationships.require(call, service_user_id)).grant
        elif "system" in call.bases:
            grant = Grant("system")
        elif reached and "engagement" not in call.bases:
            grant = await self._reached(call)
        else:
            team_id, grant = await self._relationships.over_team(call, team_id)
            seen_by = None if grant.basis == "engagement" else call.caller.staff_id
        found = await self._read.page(
            service_user_id=service_user_id,
            team_id=team_id,
            reached_id=call.caller.staff_id if reached else None,
            seen_by=seen_by,
            kept_from=call.caller.staff_id,
            **rest,
        )
        steps = await self._read.steps(*(row["id"] for row in found.rows))
        if grant.basis == "engagement":
            found = found.shown(without_content)
        else:
            opened = await self._documents.shown(found)
            found = opened.shown(lambda row: from_json(row["document"]))
        found = found.shown(lambda row: _as_seen(grant, row, steps, call.at))
        shown = Shown.listed(found, team_id, service_user_id)
        await self._relationships.shown(call, grant, shown)
        return found

    async def shown_now(self, outcome: Outcome[Concern], now: datetime) -> dict[str, Any]:
        """A concern as the API shows it after a command, with what the clock had done by then.

        A repeated answer is as the first was, unless the concern was moved since.
        """
        concern = outcome.aggregate
        if outcome.replayed:
            found = await self._store.load(Concern, concern.id)
            concern = found if found.status is ConcernStatus.MOVED else concern
        steps = await self._read.steps(concern.id)
        then = [each for each in steps if each["at"] <= concern.modified_on]
        return concern_at(concern_document(concern), then, now)

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
        return call.actor(permitted.facts.registration(call.at.date()))

    async def _answering(self, call: Call, concern: Concern) -> Actor:
        """The caller, if it is for them to answer it, also by a rota that has just been made."""
        permitted = await self._relationships.require(call, concern.service_user_id)
        concern.refuse_named(call.actor())
        if not self._answers(call, concern, permitted):
            await self._relationships.catch_up(call)
            permitted = await self._relationships.require(call, concern.service_user_id)
            if not self._answers(call, concern, permitted):
                raise NotYoursToAnswer()
        return call.actor(permitted.facts.registration(call.at.date()))

    def _answers(self, call: Call, concern: Concern, permitted: Permitted) -> bool:
        return policy.answers(concern.id, permitted.person, permitted.facts.staff, call.at)

    async def _reached(self, call: Call) -> Grant:
        if "escalation" in call.bases and (await self._relationships.facts(call)).staff.at_work:
            return Grant("escalation")
        raise NoRelationship("Name a service user of yours, or one of your teams.")

    async def _found(self, id: UUID) -> dict[str, Any]:
        found = await self._read.one(id)
        if found is None:
            raise NotFound()
        return found

    async def _permitted(self, call: Call, found: dict[str, Any]) -> Permitted:
        person, resource = found["service_user_id"], f"concern/{found['id']}"
        permitted = await self._relationships.require(call, person, found["raised_by"], resource)
        reader = call.caller.staff_id
        if reader in found["kept_from"] and reader != found["raised_by"]:
            restricted = permitted.grant.restricted
            raise NamedInConcern(subject=str(person), resource=resource, restricted=restricted)
        return permitted

    async def _show(
        self, call: Call, permitted: Permitted, found: dict[str, Any], returned: int = 1
    ) -> None:
        whose, resource = (found["service_user_id"],), f"concern/{found['id']}"
        shown = Shown(whose, resource, returned, found["team_id"])
        await self._relationships.shown(call, permitted.grant, shown)


def _as_seen(
    grant: Grant, row: Mapping[str, Any], steps: list[dict[str, Any]], now: datetime
) -> Any:
    its = [each for each in steps if each["concern_id"] == row["id"]]
    return grant.shows(concern_at(row["document"], its, now))

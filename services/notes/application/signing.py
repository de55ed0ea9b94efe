"""Use cases of signing: countersign, return, answer, give a duty to someone."""

from dataclasses import replace
from uuid import UUID

from services.notes.domain import AssigneeNotRegistered, Note, WorkerNotRegistered
from services.notes.projection import Standings
from shared.contracts.notes import Basis, Duty, RecordKeepingRules
from shared.eventstore.commands import Commands, Outcome
from shared.kernel.actor import Actor
from shared.kernel.call import Call, Caller
from shared.kernel.days import local_day
from shared.kernel.errors import Unavailable
from shared.platform.messaging import Messaging
from shared.platform.relationships import Relationships


class Signing:
    def __init__(
        self,
        commands: Commands,
        messaging: Messaging,
        relationships: Relationships,
        standings: Standings,
    ) -> None:
        self._standings = standings
        self._commands = commands
        self._messaging = messaging
        self._relationships = relationships

    async def countersign(
        self, call: Call, id: UUID, basis: Basis, digest: str, comment: str | None
    ) -> Outcome[Note]:
        """Sign the current version: not one's own, registered, with a relationship, as the rules
        that are in force now for the note's team allow."""
        signer: Actor
        rules: RecordKeepingRules

        async def allow(note: Note) -> None:
            nonlocal signer, rules
            signer, rules = await self._signer(call, note)

        return await self._commands.change(
            call,
            Note,
            id,
            lambda note: note.countersign(signer, call.at, basis, digest, comment, rules),
            allow,
        )

    async def send_back(self, call: Call, id: UUID, question: str) -> Outcome[Note]:
        """Ask the author before signing; by the same people who may sign."""
        signer: Actor

        async def allow(note: Note) -> None:
            nonlocal signer
            signer, _ = await self._signer(call, note)

        return await self._commands.change(
            call, Note, id, lambda note: note.send_back(signer, call.at, question), allow
        )

    async def answer(self, call: Call, id: UUID, answer: str) -> Outcome[Note]:
        """By the author, or who was given the duty to answer."""
        by = call.actor()

        async def allow(note: Note) -> None:
            nonlocal by
            note.may_answer(by)
            author_id = note.author.staff_id
            permitted = await self._relationships.require(call, note.service_user_id, author_id)
            by = permitted.facts.actor(call)

        return await self._commands.change(
            call, Note, id, lambda note: note.answer(by, call.at, answer), allow
        )

    async def reassign(
        self, call: Call, id: UUID, duty: Duty, staff_id: str, reason: str
    ) -> Outcome[Note]:
        """Give a duty to a colleague at work; to sign, one who could."""
        at_work = registered = False

        async def allow(note: Note) -> None:
            nonlocal at_work, registered
            note.refuse_named(call.actor())
            await self._relationships.require(call, note.service_user_id)
            at_work = await self._relationships.at_work(staff_id)
            registered = duty == "answer" or (at_work and await self._registered(call, staff_id))

        def decide(note: Note) -> None:
            note.reassign(call.actor(), call.at, duty, staff_id, reason)
            if not at_work:
                raise WorkerNotRegistered()
            if not registered:
                raise AssigneeNotRegistered()

        return await self._commands.change(call, Note, id, decide, allow)

    async def _signer(self, call: Call, note: Note) -> tuple[Actor, RecordKeepingRules]:
        """The caller, if they may sign: not their own, registered, with a relationship; and the
        rules of the note's team that are in force now."""
        note.refuse_author(call.actor())
        rules = (await self._standings.rules(note.team, call.at)).rules
        # A registration that has just been taken away must not sign, if that can be known.
        behind: Unavailable | None = None
        try:
            await self._messaging.catch_up("supervision")
        except Unavailable as error:
            behind = error
        permitted = await self._relationships.require(call, note.service_user_id)
        signer = permitted.facts.actor(call, rules.countersign_bodies)
        if signer.registration is None and behind:
            raise behind
        note.may_countersign(signer)
        return signer, rules

    async def _registered(self, call: Call, staff_id: str) -> bool:
        """Whether a colleague has a registration in force, as far as can be told in time."""
        theirs = replace(call, caller=Caller(staff_id, staff_id, frozenset(), frozenset()))
        for word_of in ((), ("supervision",)):
            await self._messaging.catch_up(*word_of)
            facts = await self._relationships.facts(theirs)
            if facts.registration(local_day(call.at)):
                return True
        return False

"""The notes service's own stores in the process of a test: what happens to a note, and what was
served of it each time, to be told again by audit."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic_core import from_json, to_jsonable_python

from services.notes import policy
from services.notes.access import AMEND_NOTE
from services.notes.domain import Concern, Note, RecordKeepingPolicy
from services.notes.policy import DEFAULT, TRUST_FLOOR, Clock, InForce, Judgement
from services.notes.projection import POLICIES, Notes, Reader, row_as_seen, rows, told_in_full
from shared.contracts.notes import Account, Contact
from shared.contracts.notes import Concern as Said
from shared.eventstore.commands import Further
from shared.eventstore.documents import Documents
from shared.kernel.actor import Actor, Registration
from shared.kernel.call import Call, Caller
from shared.kernel.errors import Refusal
from shared.kernel.ids import new_id
from shared.kernel.team_policy import Draft
from tests.support.build import NOW, NURSE, WORKER, account, contact
from tests.support.engines import Engines, Opened
from tests.support.keeping import commands
from tests.support.ledger import AuditService

Json = dict[str, Any]
OT = Actor("ot-1", "OT 1", "registered_practitioner", Registration("HCPC", "OT12345"))
MANAGER = Actor("manager-1", "Manager 1", "team_manager")
SECOND = Actor("manager-2", "Manager 2", "team_manager")
CALLER = Caller("str-worker-1", "STR worker 1", frozenset({"str_worker"}), frozenset())
SAID = Said(kind="risk", urgency="routine", description="Not sleeping.")
STEPS = (
    "amend", "sign", "send_back", "answer", "reassign", "add", "say_why_late", "link", "request",
    "confirm", "retract", "answer_concern", "publish",
)  # fmt: skip
AUTHOR, COLLEAGUE = Reader("str-worker-1", "author"), Reader("nurse-7", "team")


@dataclass(frozen=True)
class Served:
    """What the notes service answered at a moment: of each note to its author, whether a colleague
    saw but a tombstone, its history; of each concern its status; and the policy in force."""

    at: datetime
    notes: dict[UUID, Json]
    tombstones: dict[UUID, bool]
    histories: dict[UUID, list[Json]]
    concerns: dict[UUID, str]
    rules: InForce


@dataclass
class Notebook:
    """One person's note and what becomes of it, on a clock that a test moves."""

    opened: Opened
    team: str
    now: datetime = NOW
    person: UUID = field(default_factory=new_id)
    other: UUID = field(default_factory=new_id)
    notes: list[UUID] = field(default_factory=list)
    concerns: list[UUID] = field(default_factory=list)
    served: list[Served] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.commands = commands(self.opened, rows)

    async def record(self, *, late: bool, concern: bool) -> None:
        for each in (self.person, self.other):
            await self.opened.key_named(f"service-user:{each}")
        when = contact(occurred_at=self.now - timedelta(days=3 if late else 0, hours=1))
        words = account(concern=SAID if concern else None)
        judgement = self._judged(when, words)
        made = new_id()
        raised = [self._raised(made)] if concern else []
        note = Note.record(
            WORKER, self.now, made, self.person, self.team, when, words, "5a17" * 8, judgement,
            concern_id=raised[0].id if raised else None,
        )  # fmt: skip
        await self.commands.create(self._call(), lambda: note, Note, beside=lambda _: raised)
        self.notes.append(made)
        self.concerns += [each.id for each in raised]
        await self.keep()

    async def step(self, what: str, which: int) -> bool:
        """Something that staff do, half a minute after the last; False if it is refused."""
        self.now += timedelta(minutes=1, microseconds=which)
        try:
            await getattr(self, f"_{what}")(which)
        except Refusal:
            return False
        await self.keep()
        return True

    async def keep(self) -> None:
        """Ask for everything, half a minute after it was done, and remember the answers."""
        at = self.now + timedelta(seconds=30)
        read, documents = Notes(self.opened.database), Documents(self.opened.keys)
        notes, tombstones, histories = {}, {}, {}
        for note_id in self.notes:
            row = await read.note(note_id)
            assert row
            row = await documents.one(row)
            notes[note_id] = from_json(row_as_seen(row, AUTHOR))
            seen = row_as_seen(row, COLLEAGUE)
            shown = seen if isinstance(seen, dict) else from_json(seen)
            tombstones[note_id] = shown["content_state"] == "confidential"
            told = await self.opened.store.told(note_id)
            histories[note_id] = to_jsonable_python(told_in_full(told))
        self.served.append(
            Served(
                at,
                notes,
                tombstones,
                histories,
                {
                    each: (await self.opened.store.load(Concern, each)).status
                    for each in self.concerns
                },
                await POLICIES.at(self.opened.database, self.team, at),
            )
        )

    async def _amend(self, which: int) -> None:
        def decide(note: Note) -> None:
            said = replace(note.account, narrative=f"Words of {self.now}.")
            kind: Any = "factual_correction" if which % 3 == 0 else "amendment"
            judgement = self._judged(note.contact, said, note)
            note.amend(WORKER, self.now, note.contact, said, "A slip.", "5a17" * 8, judgement, kind)

        await self._change(which, decide)

    async def _sign(self, which: int) -> None:
        by, rules = (NURSE, OT)[which % 2], DEFAULT.rules
        await self._change(
            which,
            lambda note: note.countersign(by, self.now, "validated", note.digest, "Seen.", rules),
        )

    async def _send_back(self, which: int) -> None:
        await self._change(which, lambda note: note.send_back(NURSE, self.now, "Which letter?"))

    async def _answer(self, which: int) -> None:
        by = (WORKER, OT)[which % 2]

        def decide(note: Note) -> None:
            note.may_answer(by)
            note.answer(by, self.now, "The second.")

        await self._change(which, decide)

    async def _reassign(self, which: int) -> None:
        duty: Any = ("countersign", "answer")[which % 2]
        to = ("nurse-1", "ot-1")[which % 2]
        await self._change(
            which, lambda note: note.reassign(MANAGER, self.now, duty, to, "On leave.")
        )

    async def _add(self, which: int) -> None:
        kind: Any = ("addendum", "service_user_statement")[which % 2]
        await self._change(which, lambda note: note.add(NURSE, self.now, kind, "Beside it."))

    async def _say_why_late(self, which: int) -> None:
        await self._change(which, lambda note: note.give_late_reason(WORKER, self.now, "A flood."))

    async def _link(self, which: int) -> None:
        concern = self._raised(self.notes[which % len(self.notes)])

        def decide(note: Note) -> list[Further]:
            note.link_concern(NURSE, self.now, concern.id, ())
            return [concern]

        await self._change(which, decide)
        self.concerns.append(concern.id)

    async def _request(self, which: int) -> None:
        kind: Any = ("entered_in_error", "wrong_person")[which % 2]
        await self._change(
            which,
            lambda note: note.request_retraction(
                MANAGER, self.now, kind, "It is hers.", None, concern_open=False
            ),
        )

    async def _confirm(self, which: int) -> None:
        await self._change(
            which, lambda note: note.confirm_retraction(SECOND, self.now, "So it is.", False)
        )

    async def _retract(self, which: int) -> None:
        """Of what was filed under the wrong person every other goes to the right one."""
        kind: Any = ("wrong_person", "entered_in_error")[which % 3 == 0]
        to = new_id() if kind == "wrong_person" and which % 2 else None

        def decide(note: Note) -> list[Further]:
            refiled: list[Further] = []
            if to:
                judged = self._judged(note.contact, note.account_in_full, note)
                refiled.append(
                    note.refiled(WORKER, self.now, to, self.other, self.team, "9e11" * 8, judged)
                )
            note.retract(WORKER, self.now, kind, "Misfiled.", self.other if to else None, to)
            return refiled

        await self._change(which, decide)
        if to:
            self.notes.append(to)

    async def _answer_concern(self, which: int) -> None:
        clock = Clock((), self.now + timedelta(hours=4), 1)
        answers: list[Callable[[Concern], None]] = [
            lambda each: each.acknowledge(NURSE, self.now, "Visit today."),
            lambda each: each.close(NURSE, self.now, "Seen."),
            lambda each: each.reopen(NURSE, self.now, clock, "Again."),
            lambda each: each.upgrade(NURSE, self.now, clock, "Worse."),
        ]
        if not self.concerns:
            raise Refusal()
        concern_id = self.concerns[which % len(self.concerns)]
        concern = await self.opened.store.load(Concern, concern_id)
        await self.commands.change(
            self._call(concern.version), Concern, concern_id, answers[which % len(answers)]
        )

    async def _publish(self, which: int) -> None:
        """A stricter policy, from now or from five minutes on."""
        stream = RecordKeepingPolicy.stream_of(self.team)
        draft = Draft(
            rules=replace(DEFAULT.rules, late_after_hours=1 + which % 23),
            effective_from=self.now + timedelta(minutes=5) if which % 2 else None,
        )
        if not await self.opened.store.has(stream):
            first = RecordKeepingPolicy.begin_with(MANAGER, self.now, self.team, draft, TRUST_FLOOR)
            await self.commands.create(self._call(), lambda: first, RecordKeepingPolicy)
            return
        held = await self.opened.store.load(RecordKeepingPolicy, stream)
        await self.commands.change(
            self._call(held.version),
            RecordKeepingPolicy,
            stream,
            lambda each: each.replace(MANAGER, self.now, draft, TRUST_FLOOR),
        )

    async def _change(self, which: int, decide: Callable[[Note], Any]) -> None:
        note_id = self.notes[which % len(self.notes)]
        note = await self.opened.store.load(Note, note_id)
        await self.commands.change(self._call(note.version), Note, note_id, decide)

    def _raised(self, note_id: UUID) -> Concern:
        clock = Clock(("coordinator-1",), self.now + timedelta(hours=4), 1)
        return Concern.raise_(
            WORKER, self.now, new_id(), self.person, self.team, note_id, SAID, clock
        )

    def _judged(self, when: Contact, words: Account, note: Note | None = None) -> Judgement:
        before = note.as_judged(DEFAULT) if note else None
        recorded_at = note.recorded_at if note else self.now
        author = policy.Author(registered=False, related=True)
        return policy.judge(DEFAULT, author, when, words, recorded_at, self.now, before)

    def _call(self, version: int | None = None) -> Call:
        return Call(AMEND_NOTE, CALLER, "str_worker", self.now, version)


class Retold:
    """A service's stores, and audit, to which what happened is told, with the keys it takes."""

    def __init__(self, service: str, opened: Opened, audit: AuditService) -> None:
        self._service = service
        self.opened = opened
        self.audit = audit
        self._position = 0

    @classmethod
    @asynccontextmanager
    async def by(
        cls, engines: Engines, service: str, audit: AuditService
    ) -> AsyncIterator["Retold"]:
        async with engines.fresh(service).opened() as opened:
            yield cls(service, opened, audit)

    async def tell(self) -> None:
        """Everything since the last time, byte for byte."""
        await self.audit.take_keys(await self.opened.database.run("SELECT * FROM keys.data_keys"))
        events = await self.opened.store.read_after(self._position, 10_000)
        await self.audit.arrive_as_stored(self._service, *events)
        self._position = events[-1].position if events else self._position

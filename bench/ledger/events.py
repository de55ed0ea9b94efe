"""Events as the notes service publishes them: routine notes, and ten recorded reads of each."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from bench.body import note
from services.notes import policy
from services.notes.access import READ_NOTE
from services.notes.domain import Note
from services.notes.main import SERVICE
from services.notes.schemas import NoteRequest
from shared.contracts.notes import Account, Contact
from shared.eventstore.cloudevents import Message
from shared.eventstore.mapper import StoredEvent
from shared.eventstore.sealing import DataKey
from shared.kernel.actor import Actor
from shared.kernel.call import Call, Caller
from shared.platform.accesslog import Grant, Reading, Shown

AUTHOR = Actor("str-worker-1", "STR worker 1", "str_worker")
NURSE = Caller("nurse-1", "Nurse 1", frozenset({"registered_practitioner"}), frozenset())
READS = 10
STEP = 1 << 12
"""Between two positions, as if each event had a transaction of its own."""


def published(count: int, keys: Sequence[DataKey], after: int = 0) -> Iterator[Message]:
    """Messages that follow one another, about the people whose keys these are, in turn at random;
    the first follows position `after`."""
    chance, mapper = random.Random(count), SERVICE.mapper()  # noqa: S311
    for number in range(count):
        key = chance.choice(keys)
        person = UUID(key.subject.removeprefix("service-user:"))
        made = _note(person) if number % (READS + 1) == 0 else _read(person)
        [stored] = mapper.store(made, key, None)
        yield _message(stored, after + number * STEP)


def _message(stored: StoredEvent, previous: int) -> Message:
    return Message(
        0, previous + STEP, previous, str(stored.event_id), stored.type, stored.body, None
    )


def _note(person: UUID) -> Note:
    request = NoteRequest.model_validate(note(str(person)))
    contact, account = Contact(**request.contact_fields()), Account(**request.account_fields())
    at = contact.occurred_at
    knows = policy.Author(registered=False, related=True)
    judgement = policy.judge(policy.DEFAULT, knows, contact, account, at, at)
    return Note.record(
        AUTHOR, at, uuid4(), person, "north-cmht", contact, account, "salt", judgement
    )


def _read(person: UUID) -> Reading:
    at = datetime.fromisoformat("2026-11-20T12:00:00Z")
    call = Call(READ_NOTE, NURSE, "registered_practitioner", at)
    return Reading.of(call, Grant("team"), Shown((person,), f"note/{uuid4()}"))

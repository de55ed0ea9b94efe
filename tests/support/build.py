"""Builders of domain objects for tests: sensible by default, every part replaceable."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.notes import policy
from services.notes.domain import Note
from shared.contracts.notes import Account, Contact
from shared.eventstore.sql import Write
from shared.eventstore.unit_of_work import Unit
from shared.kernel.actor import Actor, Registration
from shared.kernel.aggregate import Aggregate
from shared.kernel.ids import new_id
from tests.support.engines import Opened

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SERVICE_USER = UUID("01a00000-0000-7000-8000-000000000001")
WORKER = Actor("str-worker-1", "STR worker 1", "str_worker")
NURSE = Actor("nurse-1", "Nurse 1", "registered_practitioner", Registration("NMC", "18A1234E"))


def contact(**changes: Any) -> Contact:
    fields: dict[str, Any] = {
        "occurred_at": NOW - timedelta(hours=2),
        "setting": "home",
        "mechanism": "face_to_face",
        "attendance": "attended",
        "functions": ("daily_living",),
    }
    return Contact(**{**fields, **changes})


def account(**changes: Any) -> Account:
    return Account(**{"narrative": "Cooked a meal together.", **changes})


def note(
    by: Actor = WORKER,
    at: datetime = NOW,
    *,
    contact_: Contact | None = None,
    account_: Account | None = None,
    id: UUID | None = None,
) -> Note:
    """A note as just recorded, its first event pending."""
    when, words = contact_ or contact(), account_ or account()
    knows = policy.Author(registered=by.registration is not None, related=True)
    judgement = policy.judge(policy.DEFAULT, knows, when, words, at, at)
    return Note.record(
        by, at, id or new_id(), SERVICE_USER, "north-cmht", when, words, "5a17" * 8, judgement
    )


async def append(opened: Opened, *notes: Aggregate, writes: tuple[Write, ...] = ()) -> None:
    """Commit the pending events of notes, one unit each."""
    for each in notes:
        events = await opened.stored(each)
        await opened.unit_of_work.commit(Unit(events, writes))

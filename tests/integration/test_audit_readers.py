"""Who was shown a note: also in the answer to what they did to it themselves."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.notes import (
    ConcernAcknowledged,
    ConcernRaised,
    CountersignatureOverdue,
    NoteAddendumAdded,
    NoteRecorded,
    NoteRetracted,
    NoteReturned,
    Requirement,
)
from shared.kernel.actor import Actor
from shared.kernel.ids import new_id
from tests.support.build import NOW, NURSE, SERVICE_USER, WORKER, account, contact
from tests.support.ledger import IG_LEAD, OTHER, AuditService, Said, read, registered, said

pytestmark = pytest.mark.anyio
CLOCK = Actor("countersign", "Countersign", "system")
LEAD = Actor("coordinator-1", "Co-ordinator 1", "care_coordinator")
OT = Actor("ot-1", "OT 1", "registered_practitioner")
NOTE, CONCERN, LATER = new_id(), new_id(), new_id()


def after(minutes: int, resource_id: UUID, payload: Any, by: Actor) -> Said:
    at = NOW + timedelta(minutes=minutes)
    return said("notes", payload, SERVICE_USER, by=by, at=at, resource_id=resource_id)


def recorded(note_id: UUID = NOTE, concern_id: UUID | None = None) -> Said:
    due = Requirement(required=False, due_at=None, policy_version=1, reasons=())
    payload = NoteRecorded(
        service_user_id=SERVICE_USER, team_id="north-cmht", contact=contact(), account=account(),
        salt="5a17" * 8, digest="0" * 64, flags=(), outstanding=(), countersignature=due,
        concern_id=concern_id,
    )  # fmt: skip
    return after(0, note_id, payload, WORKER)


def raised(minutes: int, concern_id: UUID, by: Actor, note_id: UUID | None = NOTE) -> Said:
    payload = ConcernRaised(
        service_user_id=SERVICE_USER, team_id="north-cmht", note_id=note_id, kind="risk",
        urgency="urgent", about_staff=(), routed_to=(), acknowledge_by=NOW, policy_version=1,
        service_user_told=True, description="Words.", alerted=(), not_told_reason=None,
    )  # fmt: skip
    return after(minutes, concern_id, payload, by)


def overdue(minutes: int) -> Said:
    payload = CountersignatureOverdue(
        note_id=NOTE, service_user_id=SERVICE_USER, team_id="north-cmht",
        author_id="str-worker-1", due_at=NOW, reasons=(),
    )  # fmt: skip
    return after(minutes, NOTE, payload, CLOCK)


def hidden(minutes: int) -> Said:
    payload = NoteRetracted(kind="wrong_person", reason="Words.", belongs_to=OTHER)
    return after(minutes, NOTE, payload, WORKER)


def addendum(minutes: int, by: Actor) -> Said:
    return after(minutes, NOTE, NoteAddendumAdded(kind="addendum", text="Words."), by)


async def readers(audit: AuditService) -> list[tuple[str, str, int]]:
    found = await audit.application.people.readers(IG_LEAD, NOTE)
    return [(each["staff_id"], each["how"], each["times"]) for each in found["items"]]


async def test_who_did_something_to_a_note_or_a_concern_of_it_was_shown_it(
    audit: AuditService,
) -> None:
    plan = ConcernAcknowledged(plan="Words.")
    await audit.arrive(
        registered(),
        recorded(NOTE, CONCERN),
        raised(0, CONCERN, WORKER),
        overdue(1),
        after(2, NOTE, NoteReturned(question="Words."), NURSE),
        raised(3, LATER, OT),
        after(4, LATER, plan, LEAD),
        after(5, CONCERN, plan, LEAD),
        read(SERVICE_USER, by=OT, at=NOW + timedelta(minutes=6), operation="list_concerns"),
        hidden(7),
        addendum(8, Actor("manager-1", "Manager 1", "team_manager")),
    )
    assert await readers(audit) == [
        ("str-worker-1", "acted", 2),
        ("nurse-1", "acted", 1),
        ("ot-1", "acted", 1),
        ("coordinator-1", "acted", 2),
        ("ot-1", "listed", 1),
    ]


async def test_what_was_done_elsewhere_shows_nobody_the_note(audit: AuditService) -> None:
    alone = new_id()
    await audit.arrive(
        registered(),
        recorded(),
        recorded(new_id()),
        raised(1, alone, OT, note_id=None),
        after(2, alone, ConcernAcknowledged(plan="Words."), LEAD),
        raised(3, new_id(), NURSE, note_id=new_id()),
        read(SERVICE_USER, by=NURSE, at=NOW + timedelta(minutes=4), operation="list_concerns"),
    )
    assert await readers(audit) == [("str-worker-1", "acted", 1)]

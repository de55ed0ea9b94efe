"""A concern about staff is kept from those it names, in the ledger too (domain, section 2)."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from pydantic_core import to_json

from services.audit.policy import kept_from
from shared.contracts.notes import ConcernAcknowledged, ConcernRaised, NoteReturned
from shared.eventstore.database import Rows
from shared.kernel.ids import new_id
from shared.platform.migrations import migrate
from tests.support.build import NOW, SERVICE_USER
from tests.support.engines import Engines
from tests.support.ledger import (
    AUDITOR,
    IG_LEAD,
    AuditService,
    Said,
    calling,
    engaged,
    events,
    registered,
    said,
)

pytestmark = pytest.mark.anyio
CONCERN, NOTE = new_id(), new_id()
OTHER_LEAD = calling("ig-lead-2", "ig_lead")
SECRET = "Was told to say nothing."


def raised(
    *about_staff: str, note_id: UUID | None = NOTE, concern_id: UUID = CONCERN, version: int = 1
) -> Said:
    payload = ConcernRaised(
        service_user_id=SERVICE_USER, team_id="north-cmht", note_id=note_id, kind="safeguarding",
        urgency="urgent", about_staff=about_staff, routed_to=("coordinator-1",),
        acknowledge_by=NOW, policy_version=1, service_user_told=True, description=SECRET,
        alerted=(), not_told_reason=None,
    )  # fmt: skip
    return said("notes", payload, SERVICE_USER, resource_id=concern_id, version=version)


def acknowledged(concern_id: UUID = CONCERN) -> Said:
    payload = ConcernAcknowledged(plan=SECRET)
    return said("notes", payload, SERVICE_USER, resource_id=concern_id, version=2)


def returned(note_id: UUID = NOTE) -> Said:
    payload = NoteReturned(question=SECRET)
    return said("notes", payload, SERVICE_USER, resource_id=note_id, version=2)


def states(found: Rows) -> dict[tuple[str, str], str]:
    return {(each["type"], each["resource"]["id"]): each["content_state"] for each in found}


async def test_events_of_a_concern_and_of_its_note_tell_those_it_names_nothing(
    audit: AuditService,
) -> None:
    elsewhere = new_id()
    before = returned()
    await audit.arrive(
        registered(), before, returned(elsewhere), raised("ig-lead-2", "auditor-1"), acknowledged()
    )
    await engaged(audit, identities=True)
    whole = await events(audit, service="notes")
    seen = [each for each in whole if each["resource"]["id"] != str(elsewhere)]
    assert len(seen) == 3
    questions = audit.application.questions
    for call in (OTHER_LEAD, AUDITOR):
        found = await events(audit, call, service="notes")
        assert states(found) == {
            ("concern-acknowledged", str(CONCERN)): "confidential",
            ("concern-raised", str(CONCERN)): "confidential",
            ("note-returned", str(NOTE)): "confidential",
            ("note-returned", str(elsewhere)): "shown",
        }
        for told, each in zip(found, whole, strict=True):
            if each in seen:
                assert told == {**each, "content": None, "content_state": "confidential"}
        timeline = await questions.timeline(call, SERVICE_USER, None, limit=9)
        shown = [row["document"] for row in timeline.rows]
        assert states(shown[1:]) == states(found)
        assert (await questions.event(call, before.id))["content"] is None
    assert {each["content_state"] for each in whole} == {"shown"}
    assert (await questions.event(IG_LEAD, before.id))["content"] == {"question": SECRET}


async def test_who_was_named_once_stays_so_and_others_are_added(audit: AuditService) -> None:
    await audit.arrive(raised("ig-lead-2", note_id=None), raised("ig-lead-2", "auditor-1"))
    await audit.arrive(raised(note_id=None, version=3))
    await engaged(audit, identities=True)
    for call in (OTHER_LEAD, AUDITOR):
        found = await events(audit, call, service="notes")
        assert [each["content"] for each in found] == [None] * 3
    assert len(await events(audit, service="notes")) == 3


BODY: dict[str, Any] = {
    "resource": {"id": str(CONCERN)},
    "data": {"about_staff": ["ot-1", "nurse-1"], "note_id": str(NOTE)},
}
ALONE: dict[str, Any] = {
    "resource": {"id": str(new_id())},
    "data": {"about_staff": ["ot-1"], "note_id": None},
}
LEDGER = "INSERT INTO ledger VALUES (%s, 'notes', %s, 0, '', '', '', %s, now())"
ENTRY = (
    "INSERT INTO entries VALUES (%s, gen_random_uuid(), 'notes', %s, now(), 'str-worker-1',"
    " 'str_worker', '', NULL, 'concern', %s, 1, 'success')"
)


def test_what_is_in_the_ledger_already_is_kept_from_those_it_names(engines: Engines) -> None:
    old = engines.empty("audit")
    migrate("audit", old.owner_dsn, "0002")
    held = [("concern-raised", BODY), ("concern-refiled", ALONE), ("concern-refiled", BODY),
            ("note-recorded", BODY)]  # fmt: skip
    with psycopg.connect(old.owner_dsn) as connection:
        connection.execute(LEDGER, (9, 9, b"\xff not read, so without an entry"))
        for index, (name, body) in enumerate(held):
            connection.execute(LEDGER, (index, index, to_json(body)))
            connection.execute(ENTRY, (index, name, body["resource"]["id"]))
    migrate("audit", old.owner_dsn)
    with psycopg.connect(old.owner_dsn) as connection:
        found = connection.execute("SELECT resource_id, staff_id, index FROM kept_from").fetchall()
    expected = {each: index for index, (name, body) in enumerate(held)
                for each in kept_from(name, body)}  # fmt: skip
    assert {(resource, staff): index for resource, staff, index in found} == expected
    assert len(found) == 5

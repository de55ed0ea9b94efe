"""A concern about staff is kept from those it names, in the ledger too (domain, section 2)."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from pydantic_core import to_json

from services.audit.policy import kept_from
from shared.contracts.notes import ConcernAcknowledged, ConcernRaised, NoteReturned
from shared.eventstore.database import Rows
from shared.kernel.actor import Actor
from shared.kernel.call import Call
from shared.kernel.errors import Excluded
from shared.kernel.ids import new_id
from shared.platform.migrations import migrate
from tests.support.build import NOW, NURSE, SERVICE_USER
from tests.support.engines import Engines
from tests.support.ledger import (
    AUDITOR,
    IG_LEAD,
    AuditService,
    Said,
    calling,
    engaged,
    events,
    read,
    registered,
    said,
)
from tests.support.noting import CONCERN, NOTE, recorded

pytestmark = pytest.mark.anyio
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


def returned(note_id: UUID = NOTE, by: Actor = NURSE) -> Said:
    payload = NoteReturned(question=SECRET)
    return said("notes", payload, SERVICE_USER, by=by, resource_id=note_id, version=2)


def of(found: Rows) -> list[tuple[str, str]]:
    return [(each["type"], each["resource"]["id"]) for each in found]


def look(resource: str, **more: Any) -> Said:
    return read(SERVICE_USER, operation="read_note", resource=resource, **more)


async def test_those_it_names_are_not_told_that_there_is_a_concern_and_its_note(
    audit: AuditService,
) -> None:
    elsewhere = new_id()
    before, after = returned(), acknowledged()
    await audit.arrive(
        registered(), before, returned(elsewhere), raised("ig-lead-2", "auditor-1"), after
    )
    await engaged(audit, identities=True)
    questions, proofs = audit.application.questions, audit.application.proofs
    assert len(await events(audit, service="notes")) == 4
    for call in (OTHER_LEAD, AUDITOR):
        found = await events(audit, call, service="notes")
        assert of(found) == [("note-returned", str(elsewhere))]
        for thing in (NOTE, CONCERN):
            assert await events(audit, call, resource_id=str(thing)) == []
        timeline = await questions.timeline(call, SERVICE_USER, None, limit=2)
        assert of([row["document"] for row in timeline.rows])[1:] == of(found), "a full page"
        assert not timeline.more
        for each in (before, after):
            for refused in (questions.event(call, each.id), proofs.receipt(call, each.id)):
                with pytest.raises(Excluded, match="can't be opened by you") as told:
                    await refused
                assert told.value.subject == str(SERVICE_USER), "so that it is on record"
    assert (await questions.event(IG_LEAD, before.id))["content"] == {"question": SECRET}


async def test_what_they_did_themselves_they_are_told_without_content(audit: AuditService) -> None:
    own = Actor("ig-lead-2", "IG lead 2", "ig_lead")
    asked = returned(by=own)
    await audit.arrive(registered(), asked, raised("ig-lead-2"))
    [told] = await events(audit, OTHER_LEAD, service="notes")
    assert (told["event_id"], told["content"]) == (str(asked.id), None)
    assert await audit.application.questions.event(OTHER_LEAD, asked.id) == told


async def test_others_looks_at_it_dont_name_it(audit: AuditService) -> None:
    await audit.arrive(
        registered(), recorded(), raised("ig-lead-2"), look(f"note/{NOTE}"),
        look(f"concern/{CONCERN}"), look("note/another"),
    )  # fmt: skip
    await audit.application.people.readers(IG_LEAD, NOTE)
    await audit.relayed()

    async def shown(call: Call) -> tuple[list[str | None], list[str | None], str | None]:
        page = await audit.application.people.accesses(call, SERVICE_USER, limit=9, order="asc")
        looks = await events(audit, call, type="record-read", order="asc")
        [asked] = await events(
            audit, call, type="ledger-queried", actor_id="ig-lead-1", resource_id=queried
        )
        return (
            [row["document"]["resource"] for row in page.rows][:3],
            [each["content"]["resource"] for each in looks],
            asked["content"]["filters"]["note_id"],
        )

    [queried] = [each["resource"]["id"] for each in await events(audit, type="ledger-queried")
                 if each["content"]["operation"] == "note_readers"]  # fmt: skip
    named = [f"note/{NOTE}", f"concern/{CONCERN}", "note/another"]
    assert await shown(IG_LEAD) == (named, named, str(NOTE))
    assert await shown(OTHER_LEAD) == ([None, None, "note/another"],) * 2 + (None,)


async def test_the_note_and_who_was_shown_it_are_not_theirs_to_ask_for(audit: AuditService) -> None:
    await audit.arrive(registered(), recorded(), raised("ig-lead-2", "auditor-1"))
    await engaged(audit, identities=True)
    app = audit.application
    assert (await app.people.readers(IG_LEAD, NOTE))["items"]
    for call in (OTHER_LEAD, AUDITOR):
        for refused in (app.people.readers(call, NOTE), app.reconstruction.note(call, NOTE, None)):
            with pytest.raises(Excluded) as told:
                await refused
            assert told.value.subject == str(SERVICE_USER)


async def test_who_was_named_once_stays_so_and_others_are_added(audit: AuditService) -> None:
    await audit.arrive(raised("ig-lead-2", note_id=None), raised("ig-lead-2", "auditor-1"))
    await audit.arrive(raised(note_id=None, version=3))
    await engaged(audit, identities=True)
    for call in (OTHER_LEAD, AUDITOR):
        assert await events(audit, call, service="notes") == []
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

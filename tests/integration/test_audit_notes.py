"""Who is told what of a note as it was: within a scope, and never those whom a concern names."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from services.audit.schemas import NoteThen
from shared.contracts.notes import ConcernRaised, NoteCountersigned
from shared.kernel.errors import Excluded, NoEngagement, NotFound
from shared.kernel.ids import new_id
from tests.support.build import NOW, NURSE
from tests.support.engines import Engines
from tests.support.ledger import (
    AuditService,
    Said,
    calling,
    engaged,
    read,
    registered,
    restricted,
    said,
)
from tests.support.retelling import Json, Notebook, Retold

pytestmark = pytest.mark.anyio
LATER = NOW + timedelta(days=7)
LEAD, AUDITOR = calling("ig-lead-1", "ig_lead", LATER), calling("auditor-1", "auditor", LATER)


@pytest.fixture
async def notes(engines: Engines, audit: AuditService) -> AsyncIterator[Retold]:
    async with Retold.by(engines, "notes", audit) as running:
        yield running


async def written(notes: Retold, *steps: tuple[str, int]) -> Notebook:
    book = Notebook(notes.opened, "north-cmht")
    await book.record(late=True, concern=False)
    for what, which in steps:
        assert await book.step(what, which), what
    await notes.tell()
    return book


async def told(notes: Retold, note_id: UUID, call: Any = LEAD, as_of: Any = None) -> Json:
    found = await notes.audit.application.reconstruction.note(call, note_id, as_of)
    NoteThen.model_validate(found)
    return found


async def test_an_auditor_is_told_within_a_scope_and_without_names_or_words(notes: Retold) -> None:
    book = await written(notes, ("send_back", 0), ("answer", 0), ("sign", 0), ("amend", 1))
    note_id = book.notes[0]
    for scope in ({"teams": ("north-cmht",)}, {"service_user_ids": (book.person,)}):
        engagement = await engaged(notes.audit, **scope)
        found = await told(notes, note_id, AUDITOR)
        await notes.audit.application.engagements.end(
            calling("ig-lead-2", "ig_lead", LATER, 1), engagement, "Done."
        )
        assert found["status"] == "awaiting_countersignature"
        assert [each["content_state"] for each in found["versions"]] == ["confidential"] * 2
        assert found["versions"][0]["content"]["setting"] == "home"
        shown = [*found["versions"], *found["signatures"], *found["returns"], *found["events"]]
        assert {(each["by"]["name"], each["by"]["registration"]) for each in shown} == {
            (None, None)
        }
        words = [found["versions"][0]["content"]["narrative"], found["versions"][1]["reason"],
                 found["returns"][0]["question"], found["returns"][0]["answer"]["answer"],
                 found["signatures"][0]["comment"]]  # fmt: skip
        assert words == [None] * 5
        assert found["signatures"][0]["digest"] == found["versions"][0]["digest"]
    with pytest.raises(NoEngagement):
        await told(notes, note_id, AUDITOR)
    await engaged(notes.audit, teams=("south-cmht",))
    with pytest.raises(NoEngagement):
        await told(notes, note_id, AUDITOR)
    with pytest.raises(NotFound):
        await told(notes, new_id())
    asked = await notes.audit.recorded("ledger-queried")
    assert [(each["operation"], each["service_user_id"]) for each in asked] == [
        ("note", str(book.person)),
    ] * 2
    assert {each["filters"]["note_id"] for each in asked} == {str(note_id)}


async def test_whom_a_concern_names_is_told_nothing_of_its_note(notes: Retold) -> None:
    book = await written(notes)
    payload = ConcernRaised(
        service_user_id=book.person, team_id="north-cmht", note_id=book.notes[0], kind="risk",
        urgency="urgent", about_staff=("ig-lead-1",), routed_to=(), acknowledge_by=NOW,
        policy_version=1, service_user_told=True, description="Words.", alerted=(),
        not_told_reason=None,
    )  # fmt: skip
    await notes.audit.arrive(said("notes", payload, book.person, by=NURSE, resource_id=new_id()))
    with pytest.raises(Excluded):
        await told(notes, book.notes[0])
    other = calling("ig-lead-2", "ig_lead", LATER)
    assert (await told(notes, book.notes[0], other))["status"] == "awaiting_countersignature"


async def test_who_is_excluded_from_the_person_is_refused(notes: Retold) -> None:
    book = await written(notes)
    await notes.audit.arrive(registered(book.person), restricted(book.person, "ig-lead-1"))
    with pytest.raises(Excluded):
        await told(notes, book.notes[0])


async def test_who_had_been_shown_it_by_then(notes: Retold) -> None:
    book = await written(notes, ("add", 0), ("retract", 2))
    note_id, person = book.notes[0], book.person
    looks = [looked(person, note_id, minutes) for minutes in (0.5, 1.5, 60)]
    await notes.audit.arrive(*looks)
    one, two, all_of_it = [
        [(each["staff_id"], each["how"], each["times"]) for each in found["readers"]]
        for found in [
            await told(notes, note_id, as_of=NOW + timedelta(minutes=minutes))
            for minutes in (0.75, 1.75, 90)
        ]
    ]
    author = ("str-worker-1", "acted", 1)
    assert one == [author, ("nurse-1", "opened", 1)]
    assert two == [author, ("nurse-1", "acted", 1), ("nurse-1", "opened", 2)]
    # What was looked at after it was hidden was its tombstone.
    assert all_of_it == [("str-worker-1", "acted", 2), *two[1:]]


def looked(person: UUID, note_id: UUID, minutes: float) -> Said:
    at, resource = NOW + timedelta(minutes=minutes), f"note/{note_id}"
    return read(person, at=at, operation="read_note", resource=resource, returned=1)


async def test_of_what_was_destroyed_the_facts_are_told(notes: Retold) -> None:
    book = await written(notes, ("sign", 0))
    with psycopg.connect(notes.audit.dsn) as connection:
        subject = f"service-user:{book.person}"
        connection.execute(
            "UPDATE keys.data_keys SET wrapped = NULL, kek = NULL, destroyed_at = now()"
            " WHERE subject = %s",
            (subject,),
        )
    found = await told(notes, book.notes[0])
    assert (found["status"], found["content_state"]) == ("countersigned", "destroyed")
    assert found["versions"][0]["content"]["narrative"] is None
    assert found["versions"][0]["content"]["setting"] == "home"
    assert found["signatures"][0]["comment"] is None


async def test_a_version_that_the_ledger_lacks_is_said_to_be_missing(notes: Retold) -> None:
    """And a signature of what was never said is of no version."""
    book = await written(notes)
    note_id = book.notes[0]
    signed = NoteCountersigned(basis="validated", digest="0" * 64, comment=None)
    event = said("notes", signed, book.person, by=NURSE, resource_id=note_id, version=3)
    await notes.audit.arrive(on_stream(event, note_id))
    found = await told(notes, note_id)
    assert found["missing_versions"] == [2]
    assert [(each["of_version"], each["stands"]) for each in found["signatures"]] == [(None, True)]


def on_stream(event: Said, note_id: UUID) -> Said:
    """As if it were of the note's own stream, which its id is."""
    return replace(event, id=note_id)


async def test_a_time_to_come_is_now(notes: Retold) -> None:
    book = await written(notes)
    found = await told(notes, book.notes[0], as_of=LATER + timedelta(days=9))
    assert found["as_of"] == LATER.isoformat().replace("+00:00", "Z")
    assert found["caught_up"] is True

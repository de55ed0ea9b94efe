"""What audit tells of a note at a time is what the notes service served at that time."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic_core import to_jsonable_python

from services.audit.schemas import NoteThen
from shared.contracts.notes import Account, Contact
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_id
from tests.support.build import NOW
from tests.support.engines import Engines
from tests.support.ledger import AuditService, calling
from tests.support.retelling import STEPS, Json, Notebook, Retold, Served

pytestmark = pytest.mark.anyio
LATER = NOW + timedelta(days=30)
LEAD = calling("ig-lead-1", "ig_lead", LATER)
SAME = (
    "version", "status", "digest", "late", "flags", "outstanding", "author", "recorded_at",
    "service_user_id", "team_id", "group_session_id", "assigned_to", "to_answer", "refiled_from",
    "refiled_to",
)  # fmt: skip
CONTENT = (*Contact.__dataclass_fields__, *Account.__dataclass_fields__)
DONE = ("by", "at")
LIFE = (
    ("publish", 1), ("reassign", 0), ("send_back", 0), ("reassign", 1), ("answer", 1),
    ("say_why_late", 0), ("sign", 0), ("add", 1), ("amend", 1), ("link", 0),
    ("answer_concern", 0), ("amend", 3), ("publish", 0), ("send_back", 0), ("amend", 2),
    ("sign", 1), ("answer_concern", 1), ("request", 0), ("confirm", 0), ("retract", 1),
    ("sign", 1), ("request", 1), ("confirm", 1),
)  # fmt: skip
HISTORY = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 1000)), max_size=14)


@pytest.fixture
async def notes(engines: Engines, audit: AuditService) -> AsyncIterator[Retold]:
    async with Retold.by(engines, "notes", audit) as running:
        yield running


@given(late=st.booleans(), concern=st.booleans(), history=HISTORY)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
async def test_a_note_at_any_time_is_what_was_served_then(
    notes: Retold, late: bool, concern: bool, history: list[tuple[str, int]]
) -> None:
    """Each history is of people and a team of its own."""
    book = Notebook(notes.opened, f"team-{new_id()}")
    await book.record(late=late, concern=concern)
    for what, which in history:
        await book.step(what, which)
    await notes.tell()
    await retold(notes, book)
    with pytest.raises(NotFound):
        await asked(notes, book.notes[0], NOW - timedelta(seconds=1))


async def test_everything_that_can_happen_to_a_note_is_told_again(notes: Retold) -> None:
    """One life with all of it, so that no step is always refused."""
    book = Notebook(notes.opened, "north-cmht")
    await book.record(late=True, concern=True)
    for what, which in LIFE:
        assert await book.step(what, which), (what, which)
    assert {what for what, _ in LIFE} == {*STEPS}
    await notes.tell()
    await retold(notes, book)
    last = await asked(notes, book.notes[0], book.served[-1].at)
    assert (last["status"], last["tombstone"]) == ("refiled", True)
    assert [each["stands"] for each in last["signatures"]] == [False, True]
    assert [each["of_version"] for each in last["signatures"]] == [1, 13]
    assert {each["policy_version"] for each in last["policies"]} == {1, 3}


async def retold(notes: Retold, book: Notebook) -> None:
    """Every answer that was kept is given again as of its time."""
    for served in book.served:
        for note_id in served.notes:
            await compared(notes, served, note_id)


async def asked(notes: Retold, note_id: UUID, as_of: Any) -> Json:
    found = await notes.audit.application.reconstruction.note(LEAD, note_id, as_of)
    NoteThen.model_validate(found, strict=False)
    return found


async def compared(notes: Retold, served: Served, note_id: UUID) -> None:
    told, was = await asked(notes, note_id, served.at), served.notes[note_id]
    assert {name: told[name] for name in SAME} == {name: was[name] for name in SAME}
    now = told["versions"][-1]
    content = dict(now["content"])
    if told["late_reason"]:
        content["late_entry_reason"] = told["late_reason"]["reason"]
    assert content == {name: was[name] for name in CONTENT}
    assert told["tombstone"] == served.tombstones[note_id]
    assert told["missing_versions"] == []
    _signed(told, was)
    _put_right(told, was)
    _retracted(told, was)
    own = [each for each in told["events"] if each["type"] in KINDS]
    assert [(e["event_id"], e["type"], e["version"], e["time"], e["by"]) for e in own] == [
        (e["event_id"], e["type"], e["version"], e["time"], e["actor"])
        for e in served.histories[note_id]
    ]
    statuses = {UUID(each["id"]): each["status"] for each in told["concerns"]}
    assert statuses.items() <= served.concerns.items()
    if was["concern_id"]:
        assert UUID(was["concern_id"]) in statuses
    [held] = [each for each in told["policies"] if each["in_force"]]
    assert held["policy_version"] == served.rules.policy_version
    assert held["rules"] == to_jsonable_python(served.rules.rules)


KINDS = {
    "note-recorded", "note-refiled", "note-amended", "note-addendum-added", "late-reason-given",
    "concern-linked", "note-countersigned", "note-returned", "note-answered", "note-reassigned",
    "note-retraction-requested", "note-retracted",
}  # fmt: skip


def _signed(told: Json, was: Json) -> None:
    required, was_required = dict(told["countersignature"]), dict(was["countersignature"])
    signed, was_signed = required.pop("signed"), was_required.pop("signed")
    assert required == was_required
    assert _like(signed, was_signed) == was_signed
    stands = [each for each in told["signatures"] if each["stands"]]
    assert [each["index"] for each in stands] == ([signed["index"]] if signed else [])
    replaced = [each["replaced_signature"] for each in was["amendments"]]
    of_others = [each for each in told["signatures"] if not each["stands"]]
    for each in filter(None, replaced):
        assert any(_like(one, each) == each for one in of_others)
    assert len(of_others) == len([each for each in replaced if each])


def _put_right(told: Json, was: Json) -> None:
    later = zip(told["versions"], told["versions"][1:], strict=False)
    assert [
        {**_like(now, each), "replaced_digest": before["digest"]}
        for (before, now), each in zip(later, was["amendments"], strict=True)
    ] == [{k: v for k, v in e.items() if k != "replaced_signature"} for e in was["amendments"]]
    for name in ("addenda", "returns"):
        answers = []
        for each, one in zip(told[name], was[name], strict=True):
            answers.append(_like(each, one))
            if one.get("answer"):
                answers[-1]["answer"] = _like(each["answer"], one["answer"])
        assert answers == was[name]


def _retracted(told: Json, was: Json) -> None:
    asked_for = was["retraction_requested"]
    assert _like(told["retraction_requested"], asked_for) == asked_for
    hidden = (each for each in told["retractions"] if each["kind"] == "wrong_person")
    struck = told["retractions"][-1] if told["retractions"] else None
    assert _like(next(hidden, struck), was["retracted"]) == was["retracted"]


def _like(part: Json | None, other: Json | None) -> Any:
    """What one part says of the things that the other does."""
    if part is None or other is None:
        return part
    return {name: part[name] for name in other if name in part}

"""What of an event leaves in an export, and in what words."""

from dataclasses import replace
from typing import Any

import pytest

from services.audit.application.exports.words import entry, looked, told, when
from services.audit.policy import (
    GOVERNANCE,
    WITHHELD,
    Reader,
    Sight,
    for_export,
    misfiled,
    tombstone,
    withheld,
)
from shared.kernel.engagement import Scope, Terms

A = "01a00000-0000-7000-8000-00000000000a"
B = "01a00000-0000-7000-8000-00000000000b"
C = "01a00000-0000-7000-8000-00000000000c"
OF_A = frozenset({A})
EVERYTHING = Sight((GOVERNANCE,))


def event(
    type: str = "note-recorded", kind: str = "note", subject: str = A, **data: Any
) -> dict[str, Any]:
    return {
        "id": C, "type": f"countersign.notes.{type}.v1", "subject": subject, "team": "north-cmht",
        "actor": {"staff_id": "str-worker-1", "name": "STR worker 1", "role": "str_worker"},
        "resource": {"kind": kind, "id": "the-thing", "version": 1}, "data": data,
    }  # fmt: skip


def reader(seen: Sight = EVERYTHING, **more: Any) -> Reader:
    return Reader("auditor-1", seen, **{"same": OF_A, **more})


def under(**terms: Any) -> Sight:
    fields: dict[str, Any] = {"scope": Scope(everything=True), "identities": True, **terms}
    return Sight((Terms(None, **fields),))


@pytest.mark.parametrize(
    ("body", "read_by", "why"),
    [
        (event(), reader(), None),
        (event(), reader(Sight((GOVERNANCE,), OF_A)), "restricted"),
        (
            event(service_user_ids=[A, B]),
            reader(Sight((GOVERNANCE,), frozenset({B}))),
            "restricted",
        ),
        (event(kind="access", staff_ids=["auditor-1"]), reader(), "restricted"),
        (event(), reader(under(scope=Scope(teams=frozenset({"east-cmht"})))), "scope"),
        (event(), reader(misfiled=frozenset({"the-thing"})), "wrong_person"),
        (event(), reader(under(identities=False)), "identities"),
        (event(kind="supervision-session"), reader(), "confidential"),
        (event(service_user_ids=[A, B]), reader(), "third_party"),
        (event(into=B), reader(), "third_party"),
        (event(filters={"service_user_id": B}), reader(), "third_party"),
        (event(people=[{"id": B, "count": 1}]), reader(), "third_party"),
        (event(subject=B), reader(under(scope=Scope(people=frozenset({B})))), "third_party"),
        (event(service_user_ids=[A, B]), reader(same=frozenset({A, B})), None),
        (event(service_user_ids=[A, B]), reader(same=frozenset()), None),
        (event(filters={"service_user_id": A}, service_user_id=A), reader(), None),
    ],
)
def test_why_bytes_stay(body: dict[str, Any], read_by: Reader, why: str | None) -> None:
    assert withheld(body, read_by) == why
    assert why is None or why in WITHHELD


@pytest.mark.parametrize("seen", [EVERYTHING, under(identities=False)])
def test_of_what_is_kept_from_the_reader_and_what_names_it_nothing_leaves(seen: Sight) -> None:
    read_by = reader(replace(seen, kept_from=frozenset({"the-thing", C})))
    assert withheld(event(), read_by) == "restricted"
    for data in ({"resource": f"note/{C}"}, {"note_id": C}, {"filters": {"note_id": C}},
                 {"entries": [{"note_id": C}]}):  # fmt: skip
        assert withheld(elsewhere(**data), read_by) == "restricted"
    assert withheld(elsewhere(resource=f"note/{A}"), read_by) == withheld(event(), reader(seen))


def elsewhere(**data: Any) -> dict[str, Any]:
    return {**event(**data), "resource": {"kind": "access", "id": "a-look", "version": 1}}


def test_one_sees_ones_own_looks_at_what_is_confidential() -> None:
    own = {"staff_id": "auditor-1", "name": "Auditor 1", "role": "auditor"}
    seen = {**event(kind="access", staff_ids=["auditor-1"]), "actor": own}
    assert withheld(seen, reader()) is None


def test_other_service_users_are_counted_and_confidences_left_out() -> None:
    said = {
        "service_user_ids": [A, B, C], "into": B, "in_confidence": "She told me.", "other": "x",
        "belongs_to": None, "filters": {"service_user_id": C, "type": "note-recorded"},
        "people": [{"id": A, "count": 2}, {"id": B, "count": 1}],
    }  # fmt: skip
    shown, lost = for_export(said, OF_A)
    assert shown == {
        "service_user_ids": [A], "into": None, "in_confidence": None, "other": "x",
        "belongs_to": None, "filters": {"type": "note-recorded"},
        "people": [{"id": A, "count": 2}], "other_service_users": 2,
    }  # fmt: skip
    assert set(lost) == {"in_confidence", "into", "service_user_ids", "filters", "people"}
    assert said["into"] == B, "what came in stays as it is"


def test_in_a_period_nobody_is_a_third_party_but_confidences_stay_out() -> None:
    said = {"service_user_ids": [A, B], "in_confidence": "She told me."}
    shown, lost = for_export(said, frozenset())
    assert shown == {"service_user_ids": [A, B], "in_confidence": None}
    assert lost == ("in_confidence",)
    assert for_export({"in_confidence": None}, OF_A)[1] == ()


def test_what_says_that_something_was_in_the_wrong_record() -> None:
    assert misfiled(event("concern-moved")) == "the-thing"
    wrong = event("note-retracted")
    for kind, found in (("wrong_person", "the-thing"), ("entered_in_error", None)):
        wrong["data"] = {"kind": kind}
        assert misfiled(wrong) == found
    assert tombstone({**wrong, "data": {"kind": "wrong_person", "refiled_to": B}}) == {
        "kind": "wrong_person"
    }
    assert tombstone(event()) is None


def line(**changes: Any) -> dict[str, Any]:
    return {
        "index": 7, "type": "countersign.notes.note-recorded.v1", "service": "notes",
        "time": "2026-07-20T12:00:00Z", "recorded_at": "2026-07-20T12:00:01Z",
        "actor": {"staff_id": "nurse-1", "name": "Nurse 1", "role": "registered_practitioner",
                  "registration": {"body": "NMC", "number": "00Z0001E"}},
        "resource": {"kind": "note", "id": C, "version": 1}, "summary": "Note recorded by nurse-1",
        "withheld": None, "content": {}, "content_state": "shown", "redacted": [], **changes,
    }  # fmt: skip


def test_an_entry_is_told_in_words() -> None:
    content = {
        "digest": "ab", "flags": [],
        "contact": {"setting": "gp_surgery", "minutes": None, "functions": ["daily_living"]},
        "account": {"narrative": "Read <b>it</b>.\nTwice.", "money": {"amount_pence": 505}},
        "alerted": [{"who": "coordinator-1", "at": "2026-01-20T12:00:00Z"}], "required": True,
    }  # fmt: skip
    said = entry(3, line(content=content))
    assert said["at"] == "20 July 2026, 13:00:00 BST"
    assert said["who"] == "Nurse 1 (registered practitioner, NMC 00Z0001E; nurse-1)"
    assert said["what"] == "Note recorded"
    assert said["fields"] == [
        ("Narrative", "Read <b>it</b>.\nTwice."),
        ("Money: amount", "£5.05"),
        ("Setting", "gp surgery"),
        ("Functions", "daily living"),
        ("Alerted 1: who", "coordinator-1"),
        ("Alerted 1: at", "20 January 2026, 12:00:00 GMT"),
        ("Required", "yes"),
        ("Digest", "ab"),
    ]


def test_what_is_withheld_destroyed_or_redacted_is_said_plainly() -> None:
    [note] = entry(1, line(content=None, content_state="destroyed"))["notes"]
    assert "destroyed" in note
    for why in WITHHELD:
        assert entry(1, line(content=None, withheld=why, content_state="withheld"))["notes"]
    untold = line(content=None, withheld="scope", time=None, actor=None, resource=None)
    assert entry(1, untold)["who"] == "not told"
    assert told({"in_confidence": None}, ["in_confidence"]) == [
        ("Told in confidence", "Not shown in an export.")
    ]


def test_who_looked_is_one_line() -> None:
    content = {"operation": "list_notes", "basis": "override", "returned": 3, "override_id": B}
    said = entry(1, line(type="countersign.notes.record-read.v1", content=content))
    assert said["looked"] == "List notes; basis override; returned 3; through broken glass"
    assert said["fields"] == []
    assert looked("x", {}) == ""
    assert when("2026-12-31T23:59:59Z") == "31 December 2026, 23:59:59 GMT"

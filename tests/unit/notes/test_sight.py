"""Who sees what of a note that was misfiled, or whose facts were corrected; and its history."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic_core import from_json, to_json

from services.notes import policy
from services.notes.domain import Note
from services.notes.projection import (
    Reader,
    document,
    note_as_seen,
    row_as_seen,
    told_in_full,
    told_of_tombstone,
    told_without_content,
)
from services.notes.projection.showing import metadata
from services.notes.schemas import NoteView
from shared.contracts.notes import AmendmentKind
from shared.eventstore.mapper import EventMapper, personal
from shared.kernel.ids import new_id
from shared.kernel.relationship import Basis
from tests.support.build import NOW, NURSE, SERVICE_USER, WORKER, account, contact, note
from tests.support.keys import KEY, KEYS

SECRET = "Went through the rent letter."
AUTHOR, COLLEAGUE = Reader("str-worker-1", "author"), Reader("nurse-1", "team")
LEAD, AUDITOR = Reader("ig-lead-1", "governance"), Reader("auditor-1", "engagement")
EHR = Reader("ehr-1", "system")
LEFT = {"id", "version", "service_user_id", "team_id", "status", "recorded_at", "retracted"}


def amended(made: Note, kind: AmendmentKind = "amendment", **words: Any) -> Note:
    said = replace(made.account, **words)
    judgement = policy.judge(policy.DEFAULT, policy.Author(False, True), contact(), said, NOW, NOW)
    made.amend(WORKER, NOW, contact(), said, "A slip.", "salt", judgement, kind)
    return made


def misfiled() -> Note:
    made = note(account_=account(narrative=SECRET))
    made.countersign(NURSE, NOW, "validated", made.digest, SECRET, policy.DEFAULT.rules)
    made.add(NURSE, NOW, "addendum", SECRET)
    made.retract(WORKER, NOW, "wrong_person", SECRET, new_id(), new_id())
    return made


def row(made: Note) -> dict[str, Any]:
    return {
        "author_id": made.author.staff_id,
        "metadata": from_json(to_json(metadata(made))),
        "document": to_json(document(made)),
    }


def as_json(shown: Any) -> Any:
    return from_json(shown if isinstance(shown, bytes) else to_json(shown))


def told(made: Note) -> list[Any]:
    stored = EventMapper("notes", (Note,)).store(made, KEY, None)
    bodies = [from_json(each.body) for each in stored]
    return [(body, personal(body, KEYS)) for body in bodies]


@pytest.mark.parametrize("reader", [COLLEAGUE, EHR])
def test_others_see_a_tombstone_and_nothing_more(reader: Reader) -> None:
    made = misfiled()
    seen = row_as_seen(row(made), reader)
    shown = as_json(seen)
    assert {name for name, value in shown.items() if value} == LEFT | {"content_state"}
    assert shown["content_state"] == "confidential"
    assert shown["retracted"]["by"]["staff_id"] == "str-worker-1"
    assert SECRET not in str(shown)
    assert shown == as_json(note_as_seen(made, made, reader))
    NoteView.model_validate(shown)


@pytest.mark.parametrize("reader", [AUTHOR, LEAD, AUDITOR])
def test_its_author_governance_and_audit_see_what_it_was(reader: Reader) -> None:
    made = misfiled()
    shown = as_json(row_as_seen(row(made), reader))
    assert shown["narrative"] == SECRET
    assert shown["refiled_to"] == str(made.refiled_to)
    NoteView.model_validate(shown)


@pytest.mark.parametrize("basis", ["team", "caseload", "system", "override", "anyone"])
def test_where_it_came_from_is_hidden_with_it(basis: Basis) -> None:
    old = note()
    judgement = policy.Judgement(old.flags, old.outstanding, old.countersignature)
    new = old.refiled(WORKER, NOW, new_id(), new_id(), "north-cmht", "salt", judgement)
    shown = as_json(row_as_seen(row(new), Reader("nurse-1", basis)))
    assert shown["refiled_from"] is None
    assert shown == as_json(note_as_seen(new, new, Reader("nurse-1", basis)))
    assert as_json(row_as_seen(row(new), AUTHOR))["refiled_from"] == str(old.id)


def test_what_is_kept_in_clear_has_none_of_the_words() -> None:
    made = misfiled()
    returned = note()
    returned.send_back(NURSE, NOW, SECRET)
    returned.answer(WORKER, NOW, SECRET)
    asked = note()
    asked.request_retraction(NURSE, NOW, "wrong_person", SECRET, new_id(), concern_open=False)
    for each in (made, returned, asked):
        assert SECRET not in str(metadata(each))
        assert SECRET in str(document(each))


def test_what_a_note_says_is_what_a_colleague_sees() -> None:
    made = amended(note(), narrative="Read two letters.")
    assert row_as_seen(row(made), COLLEAGUE) == row(made)["document"]
    NoteView.model_validate(as_json(document(made)))


def test_before_a_factual_correction_only_the_author_sees_what_was_said() -> None:
    first = note(account_=account(narrative=SECRET))
    then, made = note(account_=account(narrative=SECRET)), first
    amended(made, "factual_correction", narrative="Went through the council tax letter.")
    shown = as_json(note_as_seen(then, made, COLLEAGUE))
    assert shown["narrative"] is shown["setting"] is None
    assert (shown["content_state"], shown["digest"]) == ("confidential", then.digest)
    assert SECRET not in str(shown)
    NoteView.model_validate(shown)
    assert note_as_seen(then, made, AUTHOR)["narrative"] == SECRET
    assert note_as_seen(made, made, COLLEAGUE)["content_state"] == "shown"


def test_a_history_says_what_differs_between_versions_and_why() -> None:
    made = amended(note(account_=account(narrative=SECRET)), narrative="Read two letters.")
    made.send_back(NURSE, NOW, "Which two?")
    made.answer(WORKER, NOW, "Rent and tax.")
    amended(made, "factual_correction", narrative="Read one letter.")
    amended(made, narrative="Read one letter twice.")
    events = told(made)
    found = told_in_full(events)
    assert [each["reason"] for each in found] == [
        None, "A slip.", "Which two?", "Rent and tax.", "A slip.", "A slip.",
    ]  # fmt: skip
    assert found[1]["differences"] == [
        {
            "field": "narrative",
            "before": SECRET,
            "after": "Read two letters.",
            "content_state": "shown",
        }
    ]
    assert [each["differences"] is None for each in found] == [True, False, True, True] + 2 * [
        False
    ]
    hidden = told_in_full(events, corrected_at=5)
    values = [(e[0]["before"], e[0]["after"]) for each in hidden if (e := each["differences"])]
    assert values == [
        (None, None), (None, "Read one letter."), ("Read one letter.", "Read one letter twice."),
    ]  # fmt: skip
    bare = told_without_content(events, reasons=False)
    assert all(each["reason"] is each["differences"] is None for each in bare)
    assert bare[1]["changes"] == ["narrative"]


def test_a_tombstones_history_says_only_that_it_was_retracted() -> None:
    [only] = told_of_tombstone(told(misfiled()))
    assert (only["type"], only["reason"], only["differences"]) == ("note-retracted", None, None)


def test_the_reader_of_a_row_is_told_by_whom_it_is_about() -> None:
    assert as_json(row_as_seen(row(misfiled()), COLLEAGUE))["service_user_id"] == str(SERVICE_USER)

"""Sealed values open with their key, in their place, and nowhere else."""

import base64
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic_core import from_json

from services.notes.domain import Note
from services.notes.policy import DEFAULT
from services.notes.projection import document
from shared.eventstore.history import history
from shared.eventstore.mapper import EventMapper, personal
from shared.eventstore.sealing import (
    CannotOpen,
    DataKey,
    event_context,
    key_of_document,
    open_document,
    sealer,
)
from shared.kernel.ids import new_id
from tests.support.build import NOW, NURSE, account, note
from tests.support.keys import DESTROYED, KEY, KEYS

MAPPER = EventMapper("notes", (Note,))
STREAM = UUID(int=7)
TYPE = "countersign.notes.note-recorded.v1"
PLACE = event_context(STREAM, 1, TYPE)
SECRET = "Heard voices on the bus."


def test_the_context_of_an_event_is_as_the_schema_says() -> None:
    assert f"event {STREAM} 1 {TYPE}" == PLACE


def test_what_was_sealed_opens_as_it_was() -> None:
    sealed = KEY.seal(SECRET.encode(), PLACE)
    assert SECRET.encode() not in sealed
    assert KEY.open(sealed, PLACE) == SECRET.encode()


def test_the_same_words_are_never_sealed_the_same_way() -> None:
    assert KEY.seal(b"same", PLACE) != KEY.seal(b"same", PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        event_context(UUID(int=8), 1, TYPE),
        event_context(STREAM, 2, TYPE),
        event_context(STREAM, 1, "countersign.notes.note-amended.v1"),
        f"document {STREAM}",
    ],
)
def test_a_sealed_value_does_not_open_elsewhere(elsewhere: str) -> None:
    with pytest.raises(CannotOpen):
        KEY.open(KEY.seal(b"words", PLACE), elsewhere)


def test_another_key_or_a_changed_byte_opens_nothing() -> None:
    sealed = KEY.seal(b"words", PLACE)
    other = DataKey(UUID(int=2), KEY.subject, AESGCM(bytes(32)))
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for key, value in ((other, sealed), (KEY, changed), (KEY, b""), (KEY, sealed[:20])):
        with pytest.raises(CannotOpen):
            key.open(value, PLACE)


@pytest.mark.parametrize("value", ["", "x", "AAAA", "é"])
def test_a_body_whose_sealed_value_was_changed_opens_nothing(value: str) -> None:
    [stored] = MAPPER.store(note(), KEY, None)
    body = from_json(stored.body)
    body["sealed"]["value"] = value
    with pytest.raises(CannotOpen):
        personal(body, KEYS)


def test_a_key_does_not_show_what_it_holds() -> None:
    assert "AESGCM" not in repr(KEY)


def test_a_document_opens_in_its_row_only() -> None:
    sealed = sealer(KEY, STREAM)({"narrative": SECRET})
    assert key_of_document(sealed) == KEY.id
    assert from_json(open_document(sealed, STREAM, KEY)) == {"narrative": SECRET}
    with pytest.raises(CannotOpen):
        open_document(sealed, new_id(), KEY)


def test_an_event_can_not_be_passed_off_as_a_document() -> None:
    with pytest.raises(CannotOpen):
        open_document(KEY.id.bytes + KEY.seal(b"{}", PLACE), STREAM, KEY)


def test_what_is_personal_is_never_stored_without_a_key() -> None:
    with pytest.raises(ValueError, match="no data subject"):
        MAPPER.store(note(), None, None)
    with pytest.raises(ValueError, match="no data subject"):
        sealer(None, STREAM)({})


def test_a_destroyed_note_still_says_that_it_was_written_and_signed() -> None:
    made = note(account_=account(narrative=SECRET))
    made.countersign(NURSE, NOW, "validated", made.digest, SECRET, DEFAULT.rules)
    bodies = [from_json(each.body) for each in MAPPER.store(made, KEY, None)]
    assert [personal(body, DESTROYED) for body in bodies] == [None, None]
    again: Any = None
    for body in bodies:
        again = MAPPER.domain_event(Note, body, DESTROYED).mutate(again)  # type: ignore[attr-defined]
    again.destroyed = True
    shown = document(again)
    assert (shown["narrative"], shown["content_state"]) == (None, "destroyed")
    assert shown["countersignature"]["signed"]["by"] == NURSE
    assert shown["countersignature"]["signed"]["comment"] is None
    assert shown["digest"] == made.digest
    assert SECRET not in str(shown)


def test_history_gives_reasons_to_those_who_have_the_key() -> None:
    body = {
        "id": "1", "type": "countersign.referrals.referral-decided.v1", "time": "now", "actor": {},
        "resource": {"stream": str(STREAM), "version": 2}, "data": {},
    }  # fmt: skip
    place = event_context(STREAM, 2, str(body["type"]))
    value = KEY.seal(b'{"rationale": "Outside the criteria."}', place)
    body["sealed"] = {"key": str(KEY.id), "value": base64.b64encode(value).decode()}
    assert history([(body, personal(body, KEYS))])[0]["reason"] == "Outside the criteria."
    assert history([(body, personal(body, DESTROYED))])[0]["reason"] is None

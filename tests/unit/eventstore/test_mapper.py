"""What is stored is what is published, and gives the same aggregate back."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json

from services.notes.domain import Note
from services.notes.policy import DEFAULT
from shared.contracts.notes import BoundaryActivity, Concern, Money, Plan
from shared.contracts.vocabulary import is_plain, says_something
from shared.eventstore.mapper import EventMapper, personal
from shared.eventstore.recovery import Store
from shared.kernel.errors import NewerRelease
from tests.support.build import NOW, NURSE, SERVICE_USER, account, contact, note
from tests.support.keys import KEY, KEYS

MAPPER = EventMapper("notes", (Note, Store))


def _again(made: Note) -> tuple[Note, list[bytes]]:
    bodies = [stored.body for stored in MAPPER.store(made, KEY, None)]
    again: Any = None
    for body in bodies:
        again = MAPPER.domain_event(Note, from_json(body), KEYS).mutate(again)  # type: ignore[attr-defined]
    assert again == made
    return again, bodies


def test_a_body_stands_alone() -> None:
    made = note()
    [stored] = MAPPER.store(made, KEY, "00-trace")
    body = from_json(stored.body)
    assert body["id"] == str(stored.event_id)
    assert body["type"] == stored.type == "countersign.notes.note-recorded.v1"
    assert body["time"] == "2026-11-20T12:00:00Z"
    assert body["actor"]["staff_id"] == "str-worker-1"
    assert body["subject"] == str(SERVICE_USER)
    assert body["team"] == "north-cmht"
    assert body["resource"] == {
        "kind": "note",
        "id": str(made.id),
        "stream": str(made.id),
        "version": 1,
    }


def test_personal_fields_are_apart_from_codes() -> None:
    [stored] = MAPPER.store(note(), KEY, None)
    body = from_json(stored.body)
    assert set(body["sealed"]) == {"key", "value"}
    assert set(personal(body, KEYS) or {}) == {"account", "salt"}
    assert "narrative" not in json.dumps(body["data"])
    assert "services." not in stored.body.decode(), "no Python path is stored"


def test_an_auditor_can_compute_the_digest_from_the_body() -> None:
    [stored] = MAPPER.store(note(), KEY, None)
    body = from_json(stored.body)
    content = {"contact": body["data"]["contact"], **(personal(body, KEYS) or {})}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(canonical.encode()).hexdigest() == body["data"]["digest"]


def test_every_event_of_a_note_comes_back() -> None:
    made = note(
        contact_=contact(staff_present=("nurse-1",), others_present=("carer",)),
        account_=account(
            plan=Plan(kind="wrap", reference="W-1"),
            boundary_activities=(BoundaryActivity(boundary="medication", practice="contribution"),),
            concern=Concern(kind="risk", urgency="routine", description="d"),
            money=Money(amount_pence=1250, purpose="Shopping", receipt=True),
        ),
    )
    made.countersign(NURSE, NOW, "witnessed", made.digest, None, DEFAULT.rules)
    again, bodies = _again(made)
    assert len(bodies) == 2
    assert again.signed == made.signed


@given(st.text(min_size=1).filter(lambda words: says_something(words) and is_plain(words)))
def test_any_words_come_back_as_they_were(words: str) -> None:
    again, _ = _again(note(account_=account(narrative=words)))
    assert again.account.narrative == words


def test_an_unknown_type_is_not_guessed_at() -> None:
    [stored] = MAPPER.store(note(), KEY, None)
    body = stored.body.replace(b"note-recorded.v1", b"note-recorded.v9")
    with pytest.raises(NewerRelease):
        MAPPER.domain_event(Note, from_json(body), KEYS)

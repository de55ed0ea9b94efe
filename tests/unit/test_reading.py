"""Reading an event whole, or knowing that it says more than is known here."""

from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_core import from_json

from services.notes.domain import Note
from shared.contracts.notes import NoteRecorded
from shared.contracts.reading import NotAll, all_known, known, reader
from shared.eventstore.mapper import EventMapper
from shared.kernel.errors import NewerRelease
from tests.support.build import note
from tests.support.keys import KEY

MAPPER = EventMapper("notes", (Note,))
TYPE = "countersign.notes.note-recorded.v1"


def recorded() -> dict[str, Any]:
    [stored] = MAPPER.store(note(), KEY, None)
    found: dict[str, Any] = from_json(stored.body)
    return found


def test_every_service_knows_the_types_of_all_four() -> None:
    for service in ("notes", "referrals", "supervision", "audit"):
        assert known(f"countersign.{service}.record-read.v1")
    assert known("countersign.audit.export-requested.v1"), "nobody but audit imports these"
    assert known("countersign.notes.note-recorded.v2") is None


def test_a_field_that_is_not_known_is_noticed_however_deep() -> None:
    contract = known(TYPE)
    assert contract
    read = reader(contract)
    data = recorded()["data"]
    assert isinstance(read.read_all(data, None), NoteRecorded)
    for more in ({"mood": "calm"}, {"contact": {**data["contact"], "weather": "fine"}}):
        with pytest.raises(NotAll):
            read.read_all({**data, **more}, None)
        assert read.read({**data, **more}, None) == read.read(data, None), "or passed over"
        nothing = {name: _hushed(value) for name, value in more.items()}
        assert read.read_all({**data, **nothing}, None) == read.read(data, None)
    with pytest.raises(ValidationError):
        read.read_all({**data, "mood": "calm", "digest": None}, None)


def _hushed(value: Any) -> Any:
    return {**value, "weather": None} if isinstance(value, dict) else None


def test_what_audit_asks_before_it_reads() -> None:
    data = recorded()["data"]
    assert all_known(TYPE, data)
    assert all_known(TYPE, {**data, "mood": None})
    assert not all_known(TYPE, {**data, "mood": "calm"})
    assert not all_known("countersign.notes.note-heeded.v1", {})


@pytest.mark.parametrize(
    "more", [{"mood": "calm"}, {"team_id": 7}], ids=["another field", "another kind of value"]
)
def test_an_aggregate_is_not_made_of_less_than_its_events_say(more: dict[str, Any]) -> None:
    body = recorded()
    body["data"] |= more
    with pytest.raises(NewerRelease):
        MAPPER.domain_event(Note, body, {KEY.id: KEY})

"""Whom a concern names, and what is therefore kept from them."""

from typing import Any

import pytest

from services.audit.policy import kept_from, without


def body(resource_id: str, **data: Any) -> dict[str, Any]:
    return {"resource": {"id": resource_id}, "data": data}


NAMED = ["nurse-1", "ot-1"]
BOTH = [("c", "nurse-1"), ("c", "ot-1"), ("n", "nurse-1"), ("n", "ot-1")]


@pytest.mark.parametrize("type", ["concern-raised", "concern-refiled", "concern-restated"])
def test_a_concern_and_its_note_are_kept_from_those_it_names(type: str) -> None:
    assert kept_from(type, body("c", about_staff=NAMED, note_id="n")) == BOTH
    assert kept_from(type, body("c", about_staff=["ot-1"], note_id=None)) == [("c", "ot-1")]
    assert kept_from(type, body("c", about_staff=[], note_id="n")) == []


def test_so_is_a_note_that_is_linked_to_it() -> None:
    assert kept_from("concern-linked", body("n", about_staff=NAMED, concern_id="c")) == BOTH


def test_other_events_keep_nothing_from_anyone() -> None:
    assert kept_from("note-recorded", body("n", concern_id="c")) == []
    assert kept_from("worker-registered", body("nurse-1", about_staff=NAMED)) == []


def test_what_is_kept_from_someone_is_not_named_to_them() -> None:
    said = {"resource": "note/n", "filters": {"note_id": "n", "type": "x"}, "returned": 1,
            "entries": [{"note_id": "n"}, {"note_id": "m"}], "text": "n is here"}  # fmt: skip
    assert without(said, {"n", "c"}) == {
        "resource": None, "filters": {"note_id": None, "type": "x"}, "returned": 1,
        "entries": [{"note_id": None}, {"note_id": "m"}], "text": "n is here",
    }  # fmt: skip
    assert without(said, ()) == said

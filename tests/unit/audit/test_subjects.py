"""Whose an event is, and what it alerts to."""

from typing import Any

import pytest

from services.audit.policy import alert, person_of, subjects_of, team_of


def body(kind: str, subject: str, team: str | None = None, **data: Any) -> dict[str, Any]:
    return {"subject": subject, "team": team, "resource": {"kind": kind}, "data": data}


def test_a_list_that_was_read_is_about_everyone_in_it() -> None:
    read = body("access", "nurse-1", service_user_ids=["a", "b", "a"])
    assert subjects_of(read) == ("nurse-1", "a", "b")
    assert person_of(read) is None


@pytest.mark.parametrize(
    "event",
    [
        body("note", "a"),
        body("access-override", "a"),
        body("concern", "a", service_user_id="a"),
        body("access", "a", service_user_ids=["a"]),
        body("access", "nurse-1", service_user_ids=["a"]),
        body("access", "nurse-1", service_user_id="a"),
        body("query", "a", service_user_id="a"),
    ],
)
def test_the_one_person_an_event_is_about(event: dict[str, Any]) -> None:
    assert person_of(event) == "a"
    assert "a" in subjects_of(event)


@pytest.mark.parametrize(
    "event",
    [
        body("worker", "nurse-1"),
        body("access", "nurse-1", service_user_ids=[]),
        body("access", "nurse-1", service_user_id=None),
        body("engagement", "auditor-1", service_user_ids=["a", "b"]),
    ],
)
def test_events_that_are_about_no_one_person(event: dict[str, Any]) -> None:
    assert person_of(event) is None


def test_whose_work_it_was() -> None:
    assert team_of(body("note", "a", "north-cmht")) == "north-cmht"
    assert team_of(body("duty", "south-cmht", None, team_id="south-cmht")) == "south-cmht"
    assert team_of(body("access", "a")) is None


@pytest.mark.parametrize(
    ("type", "restricted", "kind"),
    [
        ("record-read", True, "restricted_record_read"),
        ("ledger-queried", True, "restricted_record_read"),
        ("access-denied", True, "restricted_record_denied"),
        ("access-override-granted", True, "glass_broken_for_restricted"),
        ("access-override-granted", False, "glass_broken"),
        ("record-read", False, None),
        ("ledger-queried", False, None),
        ("access-denied", False, None),
        ("restriction-set", True, None),
    ],
)
def test_what_the_ig_lead_is_told_of(type: str, restricted: bool, kind: str | None) -> None:
    assert alert(type, {"restricted": restricted}) == kind

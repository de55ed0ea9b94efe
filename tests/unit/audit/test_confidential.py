"""What the ledger opens for nobody, and under what a look at it is found."""

from typing import Any
from uuid import UUID

import pytest

from services.audit.policy import (
    CONFIDENTIAL,
    GOVERNANCE,
    Sight,
    filed_under,
    is_confidential,
    person_of,
    subjects_of,
)
from services.audit.projection.ledger import event_document
from shared.contracts.contract import REGISTRY
from shared.kernel.engagement import EVERYTHING, Terms

SESSION, PERSON = "01a00000-0000-7000-8000-0000000000d1", "01a00000-0000-7000-8000-000000000001"
ROW = {"index": 1, "service": "supervision", "position": 9, "previous": 8,
       "recorded_at": "2026-11-21T12:00:01Z", "digest": b"\0"}  # fmt: skip


def body(kind: str, **data: Any) -> dict[str, Any]:
    return {
        "id": "01a00000-0000-7000-8000-0000000000e1",
        "type": "countersign.supervision.supervision-held.v1",
        "time": "2026-11-21T12:00:00Z",
        "actor": {"staff_id": "supervisor-1", "name": "x", "role": "supervisor"},
        "subject": "str-worker-1",
        "team": "north-cmht",
        "resource": {"kind": kind, "id": SESSION, "stream": SESSION, "version": 2},
        "data": data,
        "sealed": {"key": str(UUID(int=1)), "value": "AAAA"},
    }


@pytest.mark.parametrize("kind", sorted(CONFIDENTIAL))
@pytest.mark.parametrize("terms", [GOVERNANCE, Terms(None, EVERYTHING, identities=True)])
def test_no_engagement_opens_it(kind: str, terms: Terms) -> None:
    shown = event_document(ROW, body(kind, duration_minutes=60), {}, Sight((terms,)))
    assert (shown["content"], shown["content_state"]) == ({"duration_minutes": 60}, "confidential")


def test_without_identities_not_even_what_is_in_clear() -> None:
    terms = Terms(None, EVERYTHING, identities=False)
    said = body("supervision-session", duration_minutes=60)
    shown = event_document(ROW, said, {}, Sight((terms,)))
    assert (shown["content"], shown["content_state"]) == (None, "confidential")


def test_it_names_kinds_that_there_are() -> None:
    kinds = {each.kind for each in REGISTRY.values() if each.service == "supervision"}
    assert kinds >= CONFIDENTIAL
    assert not CONFIDENTIAL & {"case-decision", "worker", "access"}


@pytest.mark.parametrize(
    ("resource", "under"),
    [
        (f"supervision-session/{PERSON}", PERSON),
        (f"supervision-disclosure/{PERSON}", PERSON),
        (f"issue/{PERSON}", PERSON),
        (f"note/{PERSON}", SESSION),
        ("worker/str-worker-1", SESSION),
        ("/v1/supervision/sessions/{id}", SESSION),
        (None, SESSION),
    ],
)
def test_a_look_is_found_with_what_was_looked_at(resource: str | None, under: str) -> None:
    assert filed_under(body("access", resource=resource)) == under


def test_whatever_isnt_a_look_is_found_as_itself() -> None:
    assert filed_under(body("note", resource=f"supervision-session/{PERSON}")) == SESSION
    assert is_confidential(body("supervision-session"))
    assert not is_confidential(body("case-decision"))


def test_a_look_is_about_the_worker_and_a_decision_about_the_person() -> None:
    assert subjects_of(body("access", staff_ids=["str-worker-2"])) == (
        "str-worker-1", "str-worker-2",
    )  # fmt: skip
    decision = {**body("case-decision", service_user_id=PERSON), "subject": PERSON}
    assert person_of(decision) == PERSON

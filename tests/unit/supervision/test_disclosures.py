"""Disclosures: on which bases, to whom, who knows of them, and their review."""

from datetime import timedelta
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from services.supervision.domain import (
    AlreadyReviewed,
    AlreadyTold,
    Disclosure,
    NotHeldYet,
    OwnDisclosure,
    ToParticipant,
)
from services.supervision.policy import DUTY_LASTS, latest_end, may_disclose, why_known
from services.supervision.projection import disclosure_as_seen, disclosure_document
from services.supervision.schemas import DisclosureRequest
from shared.contracts.supervision import DisclosureBasis
from shared.kernel.actor import Actor
from shared.kernel.ids import new_id
from shared.kernel.relationship import Basis
from tests.support.agreeing import SUPERVISOR, WORKER, held, replayed, session
from tests.support.build import NOW

LEAD, ANOTHER = Actor("ig-lead-1", "IG lead 1", "ig_lead"), Actor("ig-lead-2", "x", "ig_lead")
NAMED = "nurse-9"
REQUEST: dict[str, Any] = {"basis": "risk", "reason": "A child may be at risk.", "to": NAMED}


def disclosed(by: Actor = SUPERVISOR, **changes: Any) -> Disclosure:
    facts: dict[str, Any] = {
        "of": held(),
        "to": NAMED,
        "basis": "risk",
        "until": None,
        "told": True,
        "for_review": False,
        "reason": "A child may be at risk.",
        "not_told_reason": None,
        **changes,
    }
    return Disclosure.disclose(by, NOW, new_id(), facts.pop("of"), **facts)


@pytest.mark.parametrize(
    ("capacity", "bases"),
    [
        ("participant", {"consent", "risk", "safeguarding", "investigation", "legal"}),
        ("duty", {"risk", "safeguarding"}),
        ("governance", {"risk", "safeguarding", "investigation", "legal"}),
    ],
)
def test_on_which_bases_one_discloses(capacity: Basis, bases: set[str]) -> None:
    assert {each for each in get_args(DisclosureBasis) if may_disclose(capacity, each)} == bases


def test_only_what_is_disclosed_on_duty_ends_by_itself() -> None:
    assert timedelta(hours=72) == DUTY_LASTS
    assert latest_end("duty", NOW) == NOW + timedelta(days=3)
    assert latest_end("participant", NOW) is latest_end("governance", NOW) is None


@pytest.mark.parametrize(
    ("reader", "told", "governs", "why"),
    [
        ("supervisor-1", False, False, "author"),
        ("supervisor-1", False, True, "author"),
        (NAMED, False, False, "disclosure"),
        ("str-worker-1", False, False, None),
        ("str-worker-1", False, True, None),
        ("str-worker-1", True, False, "participant"),
        ("str-worker-1", True, True, "participant"),
        ("ig-lead-1", False, True, "governance"),
        ("manager-1", True, False, None),
    ],
)
def test_who_may_know_of_one(reader: str, told: bool, governs: bool, why: Basis | None) -> None:
    participants = ("str-worker-1", "supervisor-1")
    found = why_known(
        reader,
        disclosed_by="supervisor-1",
        to=NAMED,
        participants=participants,
        told=told,
        governs=governs,
    )
    assert found == why


def test_there_is_a_record_and_it_goes_to_somebody_else() -> None:
    with pytest.raises(NotHeldYet):
        disclosed(of=session())
    for party in (WORKER, SUPERVISOR):
        with pytest.raises(ToParticipant):
            disclosed(to=party.staff_id)


def test_it_can_become_safe_to_tell() -> None:
    made = disclosed(told=False, not_told_reason="May be in danger.")
    made.tell(SUPERVISOR, NOW)
    assert made.told
    assert made.told_later == {"by": SUPERVISOR, "at": NOW}
    with pytest.raises(AlreadyTold):
        made.tell(SUPERVISOR, NOW)
    assert vars(replayed(made)) == vars(made) | {"_pending_events": []}


@pytest.mark.parametrize("by", [LEAD, WORKER, SUPERVISOR, Actor(NAMED, "x", "ig_lead")])
def test_nobody_reviews_what_concerns_them(by: Actor) -> None:
    made = disclosed(LEAD, for_review=True)
    with pytest.raises(OwnDisclosure):
        made.review(by, NOW, "justified", "It could not wait.")


@pytest.mark.parametrize(("outcome", "ended"), [("justified", False), ("not_justified", True)])
def test_what_was_not_justified_ends(outcome: Any, ended: bool) -> None:
    made = disclosed(LEAD, for_review=True)
    made.review(ANOTHER, NOW, outcome, "It could not wait.")
    assert made.ended is ended
    shown = disclosure_as_seen(disclosure_document(made), "governance", NOW)
    assert shown["active"] is not ended
    with pytest.raises(AlreadyReviewed):
        made.review(ANOTHER, NOW, "justified", "Looked again.")


@pytest.mark.parametrize(("outcome", "told"), [("justified", False), ("not_justified", True)])
def test_what_was_not_justified_is_told(outcome: Any, told: bool) -> None:
    made = disclosed(LEAD, for_review=True, told=False, not_told_reason="May be in danger.")
    made.review(ANOTHER, NOW, outcome, "It could have waited.")
    assert made.told is told
    assert made.told_later == ({"by": ANOTHER, "at": NOW} if told else None)
    if told:
        with pytest.raises(AlreadyTold):
            made.tell(LEAD, NOW)
    assert vars(replayed(made)) == vars(made) | {"_pending_events": []}


def test_a_review_does_not_say_when_what_was_known_was_told() -> None:
    made = disclosed(told=False, not_told_reason="May be in danger.")
    made.tell(SUPERVISOR, NOW)
    made.review(ANOTHER, NOW + timedelta(days=1), "not_justified", "It could have waited.")
    assert made.told_later == {"by": SUPERVISOR, "at": NOW}
    known = disclosed()
    known.review(ANOTHER, NOW, "not_justified", "It could have waited.")
    assert known.told_later is None


def test_it_ends_when_it_was_to() -> None:
    until = NOW + timedelta(hours=1)
    shown = disclosure_document(disclosed(until=until))
    active = [
        disclosure_as_seen(shown, "author", at)["active"]
        for at in (NOW, until - timedelta(seconds=1), until)
    ]
    assert active == [True, True, False]


@pytest.mark.parametrize(
    ("basis", "seen"), [("author", True), ("governance", True), ("participant", False),
                        ("disclosure", False)]
)  # fmt: skip
def test_why_it_was_not_told_is_not_for_those_it_was_kept_from(basis: Basis, seen: bool) -> None:
    made = disclosed(told=False, not_told_reason="May be in danger.")
    shown = disclosure_as_seen(disclosure_document(made), basis, NOW)
    assert (shown["not_told_reason"] is not None) is seen
    assert shown["reason"] == "A child may be at risk."


def test_destroyed_words_are_gone() -> None:
    made = disclosed()
    made.destroyed = True
    shown = disclosure_document(made)
    assert (shown["content_state"], shown["reason"], shown["to"]) == ("destroyed", None, NAMED)


@pytest.mark.parametrize(
    "changes", [{"other_told": False}, {"not_told_reason": "x"}, {"other_told": 0}, {"to": ""}]
)
def test_a_request_that_does_not_say_why_the_other_is_not_told(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DisclosureRequest(**{**REQUEST, **changes})


def test_what_a_request_says() -> None:
    said = DisclosureRequest(**REQUEST, other_told=False, not_told_reason="In danger.").facts()
    assert (said["told"], said["not_told_reason"]) == (False, "In danger.")
    assert "other_told" not in said

"""Addenda, late reasons, retraction and refiling: given events, when, then."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.notes import policy
from services.notes.domain import (
    AlreadyRetracted,
    ConcernOpen,
    NamedInConcern,
    NotAuthor,
    Note,
    NothingToConfirm,
    NotLate,
    OwnRequest,
    ReasonAlreadyGiven,
    SamePerson,
    Status,
    digest,
)
from services.notes.policy import Judgement
from shared.contracts.notes import RetractionKind
from shared.kernel.actor import Actor
from shared.kernel.errors import Refusal
from shared.kernel.ids import new_id
from tests.support.build import NOW, NURSE, SERVICE_USER, WORKER, account, contact, note

OTHER = UUID("01a00000-0000-7000-8000-000000000002")
MANAGER = Actor("manager-1", "Manager 1", "team_manager")
LEAD = Actor("ig-lead-1", "IG lead 1", "ig_lead")
LATER = NOW + timedelta(hours=1)
RULES = policy.DEFAULT.rules
UNREGISTERED = policy.Author(False, True)


def late(**words: Any) -> Note:
    return note(contact_=contact(occurred_at=NOW - timedelta(days=3)), account_=account(**words))


def signed(made: Note) -> Note:
    made.countersign(NURSE, NOW, "validated", made.digest, None, RULES)
    return made


def judged(made: Note, **words: Any) -> tuple[Any, Judgement]:
    said = replace(made.account, **words)
    return said, policy.judge(
        policy.DEFAULT,
        UNREGISTERED,
        made.contact,
        said,
        made.recorded_at,
        LATER,
        made.as_judged(policy.DEFAULT),
    )


def amended(made: Note, by: Actor = WORKER, **words: Any) -> Note:
    said, judgement = judged(made, **words)
    made.amend(by, LATER, made.contact, said, "Left something out.", "salt", judgement)
    return made


def requested(
    made: Note, kind: RetractionKind = "entered_in_error", belongs_to: UUID | None = None
) -> Note:
    made.request_retraction(MANAGER, NOW, kind, "Not this one.", belongs_to, concern_open=False)
    return made


def retracted(kind: RetractionKind, belongs_to: UUID | None = None, to: UUID | None = None) -> Note:
    made = note()
    made.retract(WORKER, NOW, kind, "Not this one.", belongs_to, to)
    return made


def replayed(made: Note) -> Any:
    again: Any = None
    for event in made.collect_events():
        again = event.mutate(again)
    return again


def test_an_addendum_stands_beside_a_note_that_stays_as_it_is() -> None:
    made = signed(note())
    before = (made.digest, made.signed, made.status)
    made.add(WORKER, NOW, "addendum", "The letter was dated the 2nd.")
    made.add(NURSE, LATER, "service_user_statement", "I was tired, not angry.")
    assert (made.digest, made.signed, made.status) == before
    assert [(each["version"], each["kind"], each["by"]) for each in made.addenda] == [
        (3, "addendum", WORKER),
        (4, "service_user_statement", NURSE),
    ]
    assert replayed(made) == made


def test_a_late_reason_is_asked_for_until_given_and_lateness_stays() -> None:
    made = late()
    first = made.digest
    made.give_late_reason(WORKER, NOW, "No signal.")
    assert (made.flags, made.outstanding, made.digest) == (("late",), (), first)
    assert made.account_in_full.late_entry_reason == "No signal."
    assert made.account.late_entry_reason is None
    with pytest.raises(ReasonAlreadyGiven):
        made.give_late_reason(WORKER, LATER, "The battery.")
    amended(made, narrative="Cooked two meals together.")
    assert (made.flags, made.outstanding) == (("late",), ())
    assert replayed(made) == made


def test_a_late_reason_is_the_authors_and_of_a_late_entry() -> None:
    with pytest.raises(NotLate):
        note().give_late_reason(WORKER, NOW, "No signal.")
    with pytest.raises(ReasonAlreadyGiven):
        late(late_entry_reason="No signal.").give_late_reason(WORKER, NOW, "No signal.")
    with pytest.raises(NotAuthor):
        late().give_late_reason(NURSE, NOW, "No signal.")


def test_entered_in_error_is_struck_through_and_settled() -> None:
    made = retracted("entered_in_error")
    assert made.status is Status.ENTERED_IN_ERROR
    assert made.retracted is not None
    assert made.retracted["by"] == WORKER
    for refused in (
        lambda: amended(made, narrative="Something else."),
        lambda: signed(made),
        lambda: made.send_back(NURSE, NOW, "Why?"),
        lambda: made.answer(WORKER, NOW, "Because."),
        lambda: made.give_late_reason(WORKER, NOW, "No signal."),
        lambda: made.reassign(MANAGER, NOW, "countersign", "ot-1", "Leave."),
        lambda: made.retract(WORKER, NOW, "entered_in_error", "Again."),
        lambda: requested(made),
    ):
        with pytest.raises(AlreadyRetracted):
            refused()
    made.add(NURSE, NOW, "addendum", "He asked why it is struck through.")
    assert made.addenda
    assert replayed(made) == made


def test_what_was_entered_in_error_may_turn_out_to_be_misfiled() -> None:
    made = retracted("entered_in_error")
    made.retract(WORKER, LATER, "wrong_person", "It was somebody else's.", OTHER, new_id())
    assert made.status is Status.REFILED


def test_only_the_author_retracts_alone() -> None:
    for by in (NURSE, MANAGER, LEAD):
        with pytest.raises(NotAuthor):
            note().retract(by, NOW, "wrong_person", "Not his.", OTHER)


def test_nobody_is_somebody_else() -> None:
    with pytest.raises(SamePerson):
        note().retract(WORKER, NOW, "wrong_person", "Not his.", SERVICE_USER)
    with pytest.raises(SamePerson):
        requested(note(), "wrong_person", SERVICE_USER)


def test_a_manager_needs_a_second_person() -> None:
    made = requested(note(), "wrong_person", OTHER)
    assert made.status is Status.AWAITING
    assert made.retraction_requested is not None
    with pytest.raises(OwnRequest):
        made.confirm_retraction(MANAGER, LATER, None, concern_open=False)
    to = new_id()
    made.confirm_retraction(NURSE, LATER, "Checked.", concern_open=False, refiled_to=to)
    assert (made.status, made.refiled_to, made.belongs_to) == (Status.REFILED, to, OTHER)
    assert made.retracted == {
        "kind": "wrong_person",
        "reason": "Not this one.",
        "by": NURSE,
        "at": LATER,
        "requested_by": "manager-1",
        "comment": "Checked.",
    }
    assert made.retraction_requested is None
    assert replayed(made) == made


def test_there_must_be_something_to_confirm() -> None:
    with pytest.raises(NothingToConfirm):
        note().confirm_retraction(NURSE, NOW, None, concern_open=False)
    made = requested(note())
    made.retract(WORKER, LATER, "entered_in_error", "I see it myself.")
    with pytest.raises(NothingToConfirm):
        made.confirm_retraction(NURSE, LATER, None, concern_open=False)


def test_an_open_concern_keeps_a_note_of_someone_elses_where_it_is() -> None:
    made = note()
    with pytest.raises(ConcernOpen):
        made.request_retraction(MANAGER, NOW, "entered_in_error", "No.", None, concern_open=True)
    requested(made)
    with pytest.raises(ConcernOpen):
        made.confirm_retraction(NURSE, LATER, None, concern_open=True)


def test_those_named_in_a_concern_retract_nothing_of_others() -> None:
    made = note()
    made.kept_from = frozenset({MANAGER.staff_id})
    with pytest.raises(NamedInConcern):
        requested(made)
    made.kept_from = frozenset({NURSE.staff_id})
    requested(made)
    with pytest.raises(NamedInConcern):
        made.confirm_retraction(NURSE, LATER, None, concern_open=False)


def test_a_tombstone_is_refiled_by_its_author_or_an_ig_lead_and_once() -> None:
    for by in (WORKER, LEAD):
        made = retracted("wrong_person")
        to = new_id()
        made.retract(by, LATER, "wrong_person", "It is hers.", OTHER, to)
        assert (made.refiled_to, made.status) == (to, Status.REFILED)
        assert made.retracted is not None
        assert made.retracted["at"] == NOW, "when it was hidden"
        with pytest.raises(AlreadyRetracted):
            made.retract(by, LATER, "wrong_person", "Or his.", new_id(), new_id())
        assert replayed(made) == made


@pytest.mark.parametrize(
    ("refusal", "command"),
    [
        (AlreadyRetracted, lambda made: made.add(WORKER, NOW, "addendum", "More.")),
        (AlreadyRetracted, lambda made: requested(made, "wrong_person", OTHER)),
        (AlreadyRetracted, lambda made: made.retract(WORKER, NOW, "wrong_person", "Again.")),
        (AlreadyRetracted, lambda made: made.retract(WORKER, NOW, "entered_in_error", "No.")),
        (NotAuthor, lambda made: made.retract(MANAGER, NOW, "wrong_person", "Hers.", OTHER)),
    ],
)
def test_nothing_else_happens_to_a_tombstone(refusal: type[Refusal], command: Any) -> None:
    made = retracted("wrong_person")
    with pytest.raises(refusal):
        command(made)


def test_refiling_keeps_author_and_times_and_leaves_the_signature() -> None:
    made = late(narrative="Read the letter.")
    made.give_late_reason(WORKER, NOW, "No signal.")
    made.add(NURSE, NOW, "addendum", "It was the rent letter.")
    signed(made)
    _, judgement = judged(made)
    to, old = new_id(), made.digest
    made.retract(WORKER, LATER, "wrong_person", "It is hers.", OTHER, to)
    new = made.refiled(NURSE, LATER, to, OTHER, "south-cmht", "pepper", judgement)
    assert (new.id, new.version, new.service_user_id, new.team) == (to, 1, OTHER, "south-cmht")
    assert (new.author, new.recorded_at) == (made.author, made.recorded_at)
    assert new.contact == made.contact
    assert (new.flags, new.outstanding) == (("late",), ())
    assert new.account_in_full.late_entry_reason == "No signal."
    assert [(each["text"], each["by"], each["at"]) for each in new.addenda] == [
        ("It was the rent letter.", NURSE, NOW)
    ]
    assert (new.signed, new.status) == (None, Status.AWAITING)
    assert new.digest == digest(new.contact, new.account, "pepper") != old
    assert (new.refiled_from, made.refiled_to) == (made.id, new.id)
    assert replayed(new) == new
    assert replayed(made) == made


def test_no_policy_applies_backwards_to_what_is_refiled() -> None:
    made = note()
    judgement = Judgement(
        ("late", "no_relationship"), ("late_entry_reason",), made.countersignature
    )
    new = made.refiled(WORKER, LATER, new_id(), OTHER, "south-cmht", "pepper", judgement)
    assert (new.flags, new.outstanding) == (("no_relationship",), ())

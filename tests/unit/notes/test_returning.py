"""A note that goes back and forth before it is signed: returns, answers, who has which duty."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.notes import policy
from services.notes.domain import (
    AlreadyCountersigned,
    AlreadyReturned,
    CountersignatureNotRequired,
    NamedInConcern,
    NotAnswering,
    Note,
    NothingAsked,
    NotRegistered,
    NotTheirs,
    OwnNote,
    Status,
)
from shared.contracts.notes import Duty
from shared.kernel.actor import Actor
from shared.kernel.errors import Refusal
from tests.support.build import NOW, NURSE, WORKER, account, contact, note

OT = replace(NURSE, staff_id="ot-1")
COLLEAGUE = replace(WORKER, staff_id="str-worker-3")
MANAGER = Actor("manager-1", "Manager 1", "team_manager")
LATER = NOW + timedelta(hours=1)
RULES = policy.DEFAULT.rules


def returned(by: Actor = NURSE) -> Note:
    made = note()
    made.send_back(by, NOW, "Which letter was it?")
    return made


def signed(made: Note, by: Actor = NURSE) -> Note:
    made.countersign(by, LATER, "validated", made.digest, None, RULES)
    return made


def given(made: Note, duty: Duty, staff_id: str, by: Actor = MANAGER) -> Note:
    made.reassign(by, LATER, duty, staff_id, "On leave.")
    return made


def replayed(made: Note) -> Any:
    again: Any = None
    for event in made.collect_events():
        again = event.mutate(again)
    return again


def test_a_return_asks_and_its_answer_awaits_again_by_the_first_date() -> None:
    made = note()
    due = made.countersignature.due_at
    made.send_back(NURSE, NOW, "Which letter was it?")
    assert (made.status, made.returns[0]["answer"]) == (Status.RETURNED, None)
    made.answer(WORKER, LATER, "The one about rent.")
    assert (made.status, made.countersignature.due_at) == (Status.AWAITING, due)
    assert made.returns == [
        {
            "question": "Which letter was it?",
            "by": NURSE,
            "at": NOW,
            "answer": {"answer": "The one about rent.", "by": WORKER, "at": LATER},
        }
    ]
    assert replayed(made) == made


def test_an_amendment_answers_too() -> None:
    made, words = returned(), account(narrative="Read the rent letter.")
    judgement = policy.judge(policy.DEFAULT, policy.Author(False, True), contact(), words, NOW, NOW)
    made.amend(WORKER, LATER, contact(), words, "It was the rent letter.", "salt", judgement)
    assert made.status is Status.AWAITING
    assert made.returns[0]["answer"] == {
        "answer": "It was the rent letter.",
        "by": WORKER,
        "at": LATER,
    }
    with pytest.raises(NothingAsked):
        made.answer(WORKER, LATER, "The rent letter.")


def test_signing_a_returned_note_settles_it() -> None:
    made = signed(returned())
    assert made.status is Status.COUNTERSIGNED
    assert made.returns[0]["answer"] is None
    with pytest.raises(NothingAsked):
        made.answer(WORKER, LATER, "Too late.")


@pytest.mark.parametrize(
    ("refusal", "made", "by"),
    [
        (AlreadyReturned, returned, NURSE),
        (AlreadyCountersigned, lambda: signed(note()), OT),
        (CountersignatureNotRequired, lambda: note(NURSE), OT),
        (OwnNote, note, WORKER),
        (NotRegistered, note, COLLEAGUE),
    ],
)
def test_who_and_what_is_not_returned(refusal: type[Refusal], made: Any, by: Actor) -> None:
    with pytest.raises(refusal):
        made().send_back(by, NOW, "Which letter was it?")


def test_only_the_author_answers_until_a_manager_says_otherwise() -> None:
    made = returned()
    with pytest.raises(NotAnswering):
        made.answer(COLLEAGUE, NOW, "I was told it was rent.")
    given(made, "answer", COLLEAGUE.staff_id)
    assert made.to_answer == COLLEAGUE.staff_id
    made.answer(COLLEAGUE, LATER, "I was told it was rent.")
    assert made.returns[0]["answer"]["by"] == COLLEAGUE
    assert made.to_answer is None
    made.send_back(OT, LATER, "And the date?")
    with pytest.raises(NotAnswering):
        made.answer(COLLEAGUE, LATER, "The duty was for the first question.")
    assert replayed(made) == made


def test_who_is_to_sign_is_named_and_others_still_may() -> None:
    made = given(note(), "countersign", OT.staff_id)
    assert made.assigned_to == OT.staff_id
    assert signed(made, NURSE).assigned_to is None


def test_the_duty_to_sign_outlives_a_question() -> None:
    made = given(returned(), "countersign", OT.staff_id)
    made.answer(WORKER, LATER, "The one about rent.")
    assert made.assigned_to == OT.staff_id


@pytest.mark.parametrize(
    ("made", "duty", "staff_id"),
    [
        (note, "countersign", WORKER.staff_id),
        (lambda: given(returned(), "answer", "ot-1"), "countersign", "ot-1"),
        (returned, "answer", NURSE.staff_id),
        (lambda: given(returned(), "countersign", "ot-1"), "answer", "ot-1"),
    ],
    ids=["sign their own", "sign what they answer", "answer themselves", "answer and sign"],
)
def test_a_duty_that_nobody_is_given(made: Any, duty: Duty, staff_id: str) -> None:
    with pytest.raises(NotTheirs):
        given(made(), duty, staff_id)


def test_there_is_a_duty_to_give() -> None:
    with pytest.raises(NothingAsked):
        given(note(), "answer", COLLEAGUE.staff_id)
    with pytest.raises(AlreadyCountersigned):
        given(signed(note()), "countersign", OT.staff_id)
    with pytest.raises(CountersignatureNotRequired):
        given(note(NURSE), "countersign", OT.staff_id)


def test_those_whom_a_concern_names_have_no_hand_in_it() -> None:
    made = note()
    made.kept_from = frozenset({NURSE.staff_id, MANAGER.staff_id, COLLEAGUE.staff_id})
    for refused in (
        lambda: signed(made),
        lambda: made.send_back(NURSE, NOW, "Why?"),
        lambda: given(made, "countersign", OT.staff_id),
    ):
        with pytest.raises(NamedInConcern):
            refused()
    with pytest.raises(NotTheirs):
        given(made, "countersign", NURSE.staff_id, replace(MANAGER, staff_id="manager-2"))

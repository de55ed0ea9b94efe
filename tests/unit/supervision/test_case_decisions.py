"""Decisions about service users: what is marked of them, and how they are taken back."""

from datetime import date
from typing import Any

import pytest

from services.supervision.domain import AlreadyRetracted, CaseDecision, DecisionStatus, NotHeldYet
from services.supervision.policy import flags_of_decision
from services.supervision.projection import decision_document, session_document, without_record
from shared.kernel.ids import new_id
from tests.support.agreeing import SUPERVISOR, WORKER, held, replayed, session
from tests.support.build import NOW, SERVICE_USER

DAY = date(2026, 11, 20)


def decided() -> CaseDecision:
    return CaseDecision.record(
        WORKER, NOW, new_id(), held(), SERVICE_USER, "north-cmht", (), "Visit in pairs."
    )


@pytest.mark.parametrize(
    ("related", "died_on", "flags"),
    [
        (True, None, ()),
        (True, DAY, ()),
        (True, date(2026, 11, 19), ("after_death",)),
        (False, None, ("no_relationship",)),
        (False, date(2026, 11, 19), ("no_relationship", "after_death")),
    ],
)
def test_what_is_marked(related: bool, died_on: date | None, flags: tuple[str, ...]) -> None:
    assert flags_of_decision(related=related, held_on=DAY, died_on=died_on) == flags


def test_it_is_the_service_users() -> None:
    made = decided()
    assert made.data_subject == f"service-user:{SERVICE_USER}"
    assert (made.subject, made.team_id) == (str(SERVICE_USER), "north-cmht")


def test_the_session_only_says_that_there_is_one() -> None:
    made, decision_id = held(), new_id()
    made.decide_case(SUPERVISOR, NOW, decision_id, SERVICE_USER)
    [of_it] = session_document(made)["case_decisions"]
    assert of_it == {"id": decision_id, "service_user_id": SERVICE_USER}
    assert without_record(made)["case_decisions"] is None
    assert replayed(made).case_decisions == made.case_decisions
    with pytest.raises(NotHeldYet):
        session().decide_case(SUPERVISOR, NOW, new_id(), SERVICE_USER)


@pytest.mark.parametrize(
    ("kinds", "refused"),
    [
        (["entered_in_error"], False),
        (["wrong_person"], False),
        (["entered_in_error", "wrong_person"], False),
        (["entered_in_error", "entered_in_error"], True),
        (["wrong_person", "wrong_person"], True),
        (["wrong_person", "entered_in_error"], True),
    ],
)
def test_it_is_taken_back_once(kinds: list[Any], refused: bool) -> None:
    made = decided()
    *before, last = kinds
    for each in before:
        made.retract(WORKER, NOW, each, "A slip.")
    if refused:
        with pytest.raises(AlreadyRetracted):
            made.retract(WORKER, NOW, last, "A slip.")
        return
    made.retract(WORKER, NOW, last, "A slip.")
    assert made.status is DecisionStatus(last)
    assert decision_document(replayed(made))["retracted"]["reason"] == "A slip."


def test_destroyed_words_are_gone() -> None:
    made = decided()
    made.destroyed = True
    shown = decision_document(made)
    assert (shown["content_state"], shown["decision"]) == ("destroyed", None)

"""Agreements: what policy has room for, who agrees to them, and how they end."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.supervision.domain import (
    AgreementEnded,
    AlreadyAccepted,
    Confidential,
    IntervalNeeded,
    IntervalTooLong,
    KindNotInPolicy,
    OwnSupervisor,
    refuse_terms,
)
from services.supervision.policy import DEFAULT, LIMITS
from services.supervision.projection import agreement_document
from services.supervision.schemas import AgreementRequest
from shared.contracts.supervision import KindRule
from shared.kernel.errors import Conflict
from tests.support.agreeing import MANAGER, SUPERVISOR, WORKER, agreement, replayed
from tests.support.build import NOW

RULES = replace(
    DEFAULT.rules,
    kinds=(KindRule(kind="developmental", longest_interval_weeks=8), KindRule(kind="ad_hoc")),
)
ON = date(2026, 11, 20)
REQUEST: dict[str, Any] = {
    "worker_id": "str-worker-1",
    "kind": "developmental",
    "supervisor_id": "supervisor-1",
    "purpose": "To grow in the role.",
}


@pytest.mark.parametrize(
    ("kind", "interval_weeks", "refusal"),
    [
        ("developmental", 8, None),
        ("developmental", 9, IntervalTooLong),
        ("developmental", None, IntervalNeeded),
        ("ad_hoc", None, None),
        ("ad_hoc", 104, None),
        ("peer", 4, KindNotInPolicy),
    ],
)
def test_policy_says_which_kinds_and_how_often(
    kind: str, interval_weeks: int | None, refusal: type[Conflict] | None
) -> None:
    if refusal is None:
        refuse_terms(RULES, kind, interval_weeks)
        return
    with pytest.raises(refusal) as refused:
        refuse_terms(RULES, kind, interval_weeks)
    assert refused.value.members in (
        {"kinds": ["developmental", "ad_hoc"]},
        {"longest_interval_weeks": 8},
    )


def test_every_agreement_states_the_four_limits_of_confidentiality() -> None:
    shown = agreement_document(agreement(further_limits="Told to the course tutor."))
    assert shown["confidentiality"] == {
        "limits": ("risk_of_harm", "safeguarding", "misconduct", "law"),
        "further": "Told to the course tutor.",
    }
    assert shown["confidentiality"]["limits"] == LIMITS


def test_nobody_supervises_themselves() -> None:
    with pytest.raises(OwnSupervisor):
        agreement(supervisor_id=WORKER.staff_id)


def test_who_made_it_has_agreed_and_the_other_has_yet_to() -> None:
    made = agreement()
    assert made.accepted.keys() == {"supervisor"}
    made.accept(WORKER, NOW)
    assert made.accepted.keys() == {"supervisor", "worker"}
    for again in (WORKER, SUPERVISOR):
        with pytest.raises(AlreadyAccepted):
            made.accept(again, NOW)
    with pytest.raises(Confidential):
        made.accept(MANAGER, NOW)
    assert vars(replayed(made)) == vars(made) | {"_pending_events": []}


def test_a_manager_agrees_for_neither() -> None:
    made = agreement(MANAGER)
    assert made.accepted == {}
    made.accept(SUPERVISOR, NOW)
    made.accept(WORKER, NOW)
    assert made.accepted["supervisor"]["by"] == SUPERVISOR


def test_it_ends_once_and_holds_to_its_last_day() -> None:
    made = agreement()
    made.refuse_ended(ON + timedelta(days=1))
    made.end(SUPERVISOR, NOW, ON, "The worker has another supervisor now.")
    made.refuse_ended(ON)
    with pytest.raises(AgreementEnded):
        made.refuse_ended(ON + timedelta(days=1))
    with pytest.raises(AgreementEnded):
        made.end(SUPERVISOR, NOW, ON, "Again.")
    with pytest.raises(AgreementEnded):
        made.accept(WORKER, NOW)
    assert agreement_document(made)["end_reason"] == "The worker has another supervisor now."
    assert vars(replayed(made)) == vars(made) | {"_pending_events": []}


@pytest.mark.parametrize(
    "wrong",
    [
        {"interval_weeks": 0},
        {"interval_weeks": 105},
        {"interval_weeks": "6"},
        {"kind": "Developmental"},
        {"purpose": " "},
        {"limits": ["law"]},
        {"starts_on": "20 November"},
    ],
)
def test_a_request_that_says_something_else_is_refused(wrong: dict[str, Any]) -> None:
    AgreementRequest.model_validate(REQUEST)
    with pytest.raises(ValidationError):
        AgreementRequest.model_validate({**REQUEST, **wrong})

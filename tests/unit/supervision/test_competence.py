"""Training and competence: who vouches, what counts, and who reads the words about it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import from_json, to_json

from services.supervision.domain import (
    CompetenceNotInForce,
    OwnEntry,
    TrainingNotRecorded,
    Worker,
)
from services.supervision.domain.worker.learning import Learning
from services.supervision.policy import reads_words, years_after
from services.supervision.projection import document, has_words, with_words, without_words
from services.supervision.projection.workers import metadata
from services.supervision.schemas import CompetenceRequest, RevocationRequest, TrainingRequest
from shared.contracts.supervision import WorkerDetails
from shared.kernel.actor import Actor
from shared.kernel.errors import Malformed
from shared.kernel.times import refuse_future_day
from tests.support.build import NOW, NURSE

MANAGER = Actor("manager-1", "Manager 1", "team_manager")
HERSELF = replace(NURSE, staff_id="str-worker-1")
TODAY = NOW.date()
DETAILS = WorkerDetails(name="n", job_title="j", employer="e", teams=("north-cmht",))
WORDS = "Read ten notes together."


def _worker(**changes: Any) -> Worker:
    return Worker.register(MANAGER, NOW, "str-worker-1", replace(DETAILS, **changes))


def _trained(worker: Worker, by: Actor = MANAGER) -> None:
    worker.record_training(by, NOW, "record_keeping", TODAY, None, WORDS)


def _signed_off(worker: Worker, by: Actor = NURSE, review_due: date | None = None) -> None:
    due = review_due or TODAY + timedelta(days=365)
    worker.sign_off(by, NOW, "record_keeping", TODAY, due, WORDS)


def _revoked(worker: Worker, by: Actor = MANAGER, activity: str = "record_keeping") -> None:
    worker.revoke(by, NOW, activity, WORDS)


def test_training_is_kept_with_who_recorded_it() -> None:
    worker = _worker()
    _trained(worker)
    worker.record_training(
        MANAGER, NOW, "first_aid", TODAY, TODAY + timedelta(days=1), "Certificate."
    )
    assert [each["course"] for each in worker.training] == ["record_keeping", "first_aid"]
    assert worker.training[0] == {
        "course": "record_keeping",
        "award": "course",
        "awarded_by": None,
        "completed_on": TODAY,
        "expires_on": None,
        "evidence": WORDS,
        "recorded_by": MANAGER,
        "recorded_at": NOW,
        "withdrawn": None,
    }
    event = worker.pending_events[-1]
    assert isinstance(event, Learning.Trained)
    assert (event.actor, event.course) == (MANAGER, "first_aid")


def _completed(worker: Worker, days_ago: int, expires_on: date | None = None) -> None:
    on = TODAY - timedelta(days=days_ago)
    worker.record_training(MANAGER, NOW, "record_keeping", on, expires_on, WORDS)


def _withdrawn(worker: Worker, by: Actor = MANAGER, course: str = "record_keeping") -> None:
    worker.withdraw_training(by, NOW, course, WORDS)


def test_the_completion_that_counts_is_withdrawn_and_the_one_before_counts_again() -> None:
    worker = _worker()
    _completed(worker, 30)
    _completed(worker, 400, TODAY)
    _completed(worker, 30, TODAY)
    told = []
    for _ in range(3):
        _withdrawn(worker)
        event = worker.pending_events[-1]
        assert isinstance(event, Learning.Withdrawn)
        told.append((event.completed_on, event.now_completed_on, event.now_expires_on))
    month, year = TODAY - timedelta(days=30), TODAY - timedelta(days=400)
    assert told == [(month, month, None), (month, year, TODAY), (year, None, None)]
    assert worker.training[2]["withdrawn"] == {"reason": WORDS, "by": MANAGER, "at": NOW}
    with pytest.raises(TrainingNotRecorded):
        _withdrawn(worker)
    _completed(worker, 500)
    assert [bool(each["withdrawn"]) for each in worker.training] == [True, True, True, False]


def test_only_what_is_on_record_is_withdrawn() -> None:
    worker = _worker()
    with pytest.raises(TrainingNotRecorded):
        _withdrawn(worker)
    _trained(worker)
    with pytest.raises(TrainingNotRecorded):
        _withdrawn(worker, course="first_aid")


def test_a_qualification_says_who_awarded_it() -> None:
    worker = _worker()
    worker.record_training(
        MANAGER, NOW, "level_3", TODAY, None, WORDS, "qualification", "An awarding body"
    )
    [held] = worker.training
    assert (held["award"], held["awarded_by"]) == ("qualification", "An awarding body")


def test_a_sign_off_carries_the_registration_of_who_gave_it() -> None:
    worker = _worker()
    _signed_off(worker)
    event = worker.pending_events[-1]
    assert isinstance(event, Learning.SignedOff)
    assert event.actor.registration == NURSE.registration
    [held] = worker.competences
    assert (held["signed_off_by"], held["signed_off_at"], held["revoked"]) == (NURSE, NOW, None)


def test_what_is_revoked_stays_with_who_revoked_it_and_why() -> None:
    worker = _worker()
    _signed_off(worker)
    _signed_off(worker)
    _revoked(worker)
    first, second = worker.competences
    assert first["revoked"] is None
    assert second["revoked"] == {"reason": WORDS, "by": MANAGER, "at": NOW}
    with pytest.raises(CompetenceNotInForce):
        _revoked(worker)
    _signed_off(worker)
    _revoked(worker)
    assert [bool(each["revoked"]) for each in worker.competences] == [False, True, True]


def test_only_what_is_in_force_is_revoked() -> None:
    worker = _worker()
    with pytest.raises(CompetenceNotInForce):
        _revoked(worker)
    _signed_off(worker)
    with pytest.raises(CompetenceNotInForce):
        _revoked(worker, activity="prompt")
    _signed_off(worker, review_due=TODAY - timedelta(days=1))
    with pytest.raises(CompetenceNotInForce):
        _revoked(worker)
    _signed_off(worker, review_due=TODAY)
    _revoked(worker)
    assert worker.version == 5


@pytest.mark.parametrize("command", [_trained, _withdrawn, _signed_off, _revoked])
def test_nobody_vouches_for_themselves(command: Callable[..., None]) -> None:
    worker = _worker()
    _signed_off(worker)
    with pytest.raises(OwnEntry):
        command(worker, by=HERSELF)
    assert worker.version == 2


def test_who_has_left_is_in_no_team() -> None:
    assert _worker().teams == {"north-cmht"}
    assert _worker(status="left").teams == frozenset()


def test_the_directory_holds_none_of_the_words() -> None:
    worker = _worker()
    _trained(worker)
    _signed_off(worker)
    _revoked(worker)
    _withdrawn(worker)
    assert str(document(worker)).count(WORDS) == 4
    assert document(worker)["content_state"] == "shown"
    shown = without_words({"metadata": metadata(worker), "document": b"sealed"})
    assert WORDS not in str(shown)
    assert shown["content_state"] == "confidential"
    assert shown["competences"][0]["revoked"]["by"] == MANAGER
    assert shown["training"][0]["withdrawn"] == {"reason": None, "by": MANAGER, "at": NOW}
    gone = without_words({"metadata": metadata(worker), "document": None})
    assert gone == {**shown, "content_state": "destroyed"}


def test_what_was_sealed_before_a_field_was_added_is_shown_with_it() -> None:
    worker = _worker(lead_for=("north-cmht",))
    _trained(worker)
    _signed_off(worker)
    sealed = from_json(to_json(document(worker)))
    for name in ("employments", "lead_for", "absent_from", "left_on"):
        del sealed[name]
    for name in ("award", "awarded_by", "withdrawn"):
        del sealed["training"][0][name]
    row = {"metadata": from_json(to_json(metadata(worker)))}
    assert with_words(row, to_json(sealed)) == from_json(to_json(document(worker)))


def test_of_whom_nothing_was_said_nothing_was_destroyed() -> None:
    row = {"metadata": metadata(_worker()), "document": None}
    assert not has_words(row)
    assert without_words(row)["content_state"] == "confidential"


@pytest.mark.parametrize(
    ("role", "caller", "reads"),
    [
        *((each, "someone", True) for each in (
            "team_manager", "supervisor", "care_coordinator", "registered_practitioner", "ig_lead",
            "ehr_system",
        )),
        ("str_worker", "someone", False),
        ("auditor", "someone", False),
        ("str_worker", "str-worker-1", True),
    ],
)  # fmt: skip
def test_who_reads_the_words(role: str, caller: str, reads: bool) -> None:
    assert reads_words(role, caller, "str-worker-1") is reads


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)), st.integers(1, 3))
def test_years_after(day: date, years: int) -> None:
    later = years_after(day, years)
    assert later.year == day.year + years
    assert (later.month, later.day) in ((day.month, day.day), (2, 28))
    assert later <= day + timedelta(days=366 * years)


def test_the_future_is_refused_and_today_is_not() -> None:
    refuse_future_day(TODAY, TODAY, "completed_on")
    with pytest.raises(Malformed) as refused:
        refuse_future_day(TODAY + timedelta(days=1), TODAY, "completed_on")
    assert refused.value.pointer == "#/completed_on"


TRAINING = {"course": "record_keeping", "completed_on": "2026-11-19", "evidence": WORDS}
SIGN_OFF = {"activity": "record_keeping", "assessed_on": "2026-11-19", "basis": WORDS}


@pytest.mark.parametrize(
    ("given", "due"),
    [
        ({}, date(2027, 11, 19)),
        ({"assessed_on": "2024-02-29"}, date(2025, 2, 28)),
        ({"assessed_on": "1950-01-01"}, date(1951, 1, 1)),
        ({"review_due": "2026-11-20"}, date(2026, 11, 20)),
        ({"review_due": "2029-11-19"}, date(2029, 11, 19)),
    ],
)
def test_when_a_review_is_due(given: dict[str, str], due: date) -> None:
    assert CompetenceRequest.model_validate({**SIGN_OFF, **given}).facts()["review_due"] == due


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (TrainingRequest, {**TRAINING, "expires_on": "2026-11-19"}),
        (TrainingRequest, {**TRAINING, "completed_on": "1949-12-31"}),
        (TrainingRequest, {**TRAINING, "course": "Record keeping"}),
        (TrainingRequest, {**TRAINING, "course": "x" * 81}),
        (TrainingRequest, {**TRAINING, "evidence": " "}),
        (TrainingRequest, {**TRAINING, "recorded_by": "manager-1"}),
        (CompetenceRequest, {**SIGN_OFF, "review_due": "2026-11-19"}),
        (CompetenceRequest, {**SIGN_OFF, "review_due": "2029-11-20"}),
        (CompetenceRequest, {**SIGN_OFF, "assessed_on": "9999-12-31"}),
        (CompetenceRequest, {**SIGN_OFF, "assessed_on": "1949-12-31"}),
        (CompetenceRequest, {**SIGN_OFF, "basis": ""}),
        (RevocationRequest, {"reason": ""}),
        (RevocationRequest, {}),
    ],
)
def test_what_a_request_may_not_say(model: Any, body: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(body)

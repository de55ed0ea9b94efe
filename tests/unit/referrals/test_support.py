"""What support goes by: plans reviewed, goals with progress, carers, alerts; and what is sealed."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.referrals.domain import (
    AlertEnded,
    Carer,
    Goal,
    Kept,
    Plan,
    PlanEnded,
    PlanNeverValid,
    SharingPreference,
    VisitAlert,
)
from services.referrals.projection import kept_document, rows
from services.referrals.projection.service_users import NhsNumbers
from shared.contracts import referrals as contract
from shared.contracts.contract import contract_of
from shared.contracts.referrals import AuthorisedTask
from shared.eventstore.mapper import event_classes
from shared.kernel.actor import Actor
from shared.kernel.errors import Malformed
from shared.kernel.times import refuse_future_day, refuse_past_review
from tests.support.build import NOW, SERVICE_USER
from tests.support.kept import (
    DAY,
    LATER,
    NURSE,
    TODAY,
    WORKER,
    alert,
    carer,
    changed,
    goal,
    plan,
    preference,
)


@pytest.mark.parametrize("made", [plan(), goal(), carer(), preference(), alert()])
def test_each_is_about_the_person_and_says_who_recorded_it(made: Kept) -> None:
    assert (made.subject, made.data_subject) == (str(SERVICE_USER), f"service-user:{SERVICE_USER}")
    assert (made.team_id, made.version) == ("north-cmht", 1)
    assert kept_document(made)["recorded_by"] == made.recorded_by
    [began] = made.pending_events
    assert type(began) is type(made).begins


def test_a_plan_goes_on_as_it_was() -> None:
    made = plan(review_due=TODAY + DAY)
    before = dict(made.terms)
    made.review(NURSE, LATER, "continued", {}, "Going well.")
    assert made.terms == {**before, "review_due": None}, "that day has come"
    ahead = LATER.date() + 90 * DAY
    made.review(NURSE, LATER, "continued", {"review_due": ahead}, None)
    made.review(NURSE, LATER, "continued", {}, None)
    assert made.terms == {**before, "review_due": ahead}, "this one hasn't"
    assert [each["findings"] for each in made.reviews] == ["Going well.", None, None]


def test_a_plan_changes_in_what_is_named() -> None:
    made = plan()
    before = dict(made.terms)
    made.review(NURSE, LATER, "changed", {"tasks": (), "reference": "CP-8"}, None)
    assert made.terms == {**before, "tasks": (), "reference": "CP-8"}
    with pytest.raises(PlanNeverValid):
        made.review(NURSE, LATER, "changed", {"valid_to": TODAY - DAY}, None)


@pytest.mark.parametrize(
    ("ended_before", "named", "last"),
    [
        (None, None, LATER.date()),
        (None, TODAY + DAY, TODAY + DAY),
        (TODAY + DAY, None, TODAY + DAY),
        (LATER.date() + DAY, None, LATER.date()),
        (None, TODAY - DAY, TODAY - DAY),
    ],
)
def test_a_plan_that_ends_is_valid_until_then(
    ended_before: date | None, named: date | None, last: date
) -> None:
    made = plan(valid_to=ended_before)
    made.review(NURSE, LATER, "ended", {"valid_to": named} if named else {}, "Discharged.")
    assert (made.ended, made.terms["valid_to"], made.terms["review_due"]) == (True, last, None)


def test_a_plan_ends_on_the_day_that_it_is_in_england() -> None:
    made, after_midnight = plan(), datetime(2027, 6, 30, 23, 30, tzinfo=UTC)
    made.review(NURSE, after_midnight, "ended", {}, "Discharged.")
    assert made.terms["valid_to"] == date(2027, 7, 1)
    with pytest.raises(PlanEnded):
        made.review(NURSE, LATER, "continued", {}, None)


def test_progress_is_kept_newest_last() -> None:
    made = goal()
    assert kept_document(made)["status"] == "not_started"
    made.record_progress(WORKER, NOW, "working_towards", "Paid once.", None)
    made.record_progress(WORKER, LATER, "achieved", None, "Three months without arrears.")
    shown = kept_document(made)
    assert shown["status"] == "achieved"
    assert [each["progress"] for each in shown["progress"]] == ["working_towards", "achieved"]
    assert shown["progress"][0]["own_words"] == "Paid once."


def test_a_carer_is_changed_in_what_is_named() -> None:
    made = carer()
    made.update(WORKER, LATER, {"telephone": None, "main_carer": True})
    assert made.carer == contract.Carer(name="A sister", relationship="Sister", main_carer=True)
    assert made.in_confidence == "Is worn out."
    made.update(WORKER, LATER, {"in_confidence": None, "ended_on": TODAY})
    assert made.in_confidence is None
    assert made.ended_on == TODAY
    version = made.version
    made.update(WORKER, LATER, {"ended_on": TODAY, "name": "A sister"})
    assert made.version == version, "nothing differs"


def test_an_alert_stands_until_it_is_ended() -> None:
    made, again = alert(), LATER.date() + DAY
    before = made.instructions
    made.review(NURSE, LATER, "kept", again, None, "The dog is still there.")
    assert (made.review_due, made.instructions, made.ended) == (again, before, False)
    made.review(NURSE, LATER, "kept", again, "Ring twice.", None)
    assert made.instructions == "Ring twice."
    made.review(NURSE, LATER, "ended", None, None, "The dog has died.")
    assert (made.review_due, made.instructions, made.ended) == (None, "Ring twice.", True)
    with pytest.raises(AlertEnded):
        made.review(NURSE, LATER, "kept", again, None, None)


def test_a_review_is_due_on_a_day_to_come_and_what_has_happened_is_past() -> None:
    refuse_past_review(None, TODAY)
    refuse_past_review(TODAY + DAY, TODAY)
    with pytest.raises(Malformed) as refused:
        refuse_past_review(TODAY, TODAY)
    assert refused.value.pointer == "#/review_due"
    refuse_future_day(TODAY, TODAY, "ended_on")
    with pytest.raises(Malformed) as refused:
        refuse_future_day(TODAY + DAY, TODAY, "ended_on")
    assert refused.value.pointer == "#/ended_on"


@pytest.mark.parametrize("made", changed(), ids=lambda made: str(made.kind))
def test_a_row_has_nothing_in_clear_that_its_events_seal(made: Kept) -> None:
    sealed: list[Any] = []
    for event in made.pending_events:
        personal = contract_of(type(event), "referrals").personal
        sealed += [getattr(event, name) for name in personal]
    words = {word for value in sealed for word in _texts(value)}
    assert words
    [write] = rows(NhsNumbers(b""), made, lambda document: b"sealed")
    row = {name: value for name, value in write.params.items() if name != "document"}
    assert not words & set(_texts(row))
    assert set(_texts(kept_document(made))) >= words, "and the document has all of it"
    assert set(row["metadata"]) == set(kept_document(made))


def _texts(value: Any) -> list[str]:
    """Every text and every flag in a value, at any depth, who acted apart."""
    if isinstance(value, Actor):
        return []
    if isinstance(value, contract.Carer | AuthorisedTask):
        value = vars(value)
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, tuple | list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


def test_every_kind_publishes_what_it_does() -> None:
    kinds = (Plan, Goal, Carer, SharingPreference, VisitAlert)
    published = (each for kind in kinds for each in event_classes(kind))
    names = {contract_of(each, "referrals").name for each in published}
    assert names == {
        "plan-registered", "plan-reviewed", "goal-set", "goal-progress-recorded",
        "carer-recorded", "carer-updated", "sharing-preference-recorded", "visit-alert-set",
        "visit-alert-reviewed",
    }  # fmt: skip

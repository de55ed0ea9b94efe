"""The demo team's people and notes keep to the contract."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from deploy.local.personas import BY_SUB
from deploy.local.seed.notes import NOTES, Note
from deploy.local.seed.people import BY_KEY, PEOPLE, Person
from deploy.local.seed.support import (
    AGENCIES,
    CARERS,
    ONWARD_REFERRALS,
    UNMET_NEEDS,
    VISIT_ALERTS,
)

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
A_WEEK = [NOW + timedelta(days=each) for each in range(7)]
IDS = {each.key: f"id-{each.key}" for each in PEOPLE}


def words(text: str) -> set[str]:
    return set(text.split())


NEEDS = words(
    "budgeting education_training employment financial_awareness housing income_benefits "
    "internet_access leisure_exercise race_culture shopping social_sexual_relationships "
    "social_networks spirituality_creativity_identity transport lived_experience "
    "self_help_groups medicines_management health_checks allied_health primary_care "
    "voice_advocacy health_promotion"
)
FUNCTIONS = words(
    "independent_living companionship practical_support daily_living ordinary_lives "
    "access_to_resources health_promotion involvement"
)
ENUMS = {
    "contact": "direct indirect proxy",
    "setting": "home community clinic ward office gp_surgery college housing_office job_centre "
    "prison other",
    "mechanism": "face_to_face telephone talk_type email text instant_message video "
    "message_board chat_room other",
    "attendance": "attended attended_late late_not_seen did_not_attend "
    "cancelled_by_service_user cancelled_by_provider",
    "recorded_from": "live paper downtime",
}
OTHERS = words("carer family_member friend interpreter advocate agency_worker other")
BOUNDARIES = words(
    "clinical_treatment medication mental_health_act service_management counselling "
    "care_coordination"
)
SOURCES = words(
    "cmht primary_care self carer inpatient_ward crisis_team early_intervention housing "
    "voluntary_sector gp_practice other"
)
FIELDS = words(
    "service_user_id occurred_at duration_minutes recorded_from contact setting mechanism "
    "attendance others_present staff_present functions needs plan narrative service_user_view "
    "carer_view boundary_activities concern money late_entry_reason"
)


def body(note: Note, now: datetime = NOW) -> dict[str, Any]:
    return dict(note.body(IDS[note.person], now))


# --- service users ------------------------------------------------------------------------------


def test_the_team_has_the_people_it_should() -> None:
    teams = Counter(each.team for each in PEOPLE)
    assert 15 <= len(PEOPLE) <= 18
    assert teams["north-cmht"] >= 10
    assert teams["south-cmht"] == 2
    assert len(BY_KEY) == len({each.nhs_number for each in PEOPLE}) == len(PEOPLE)
    assert all(each.given == "Service User" for each in PEOPLE)


def test_nhs_numbers_are_valid_and_never_issued() -> None:
    for person in PEOPLE:
        digits = [int(each) for each in person.nhs_number]
        weighted = sum(d * weight for d, weight in zip(digits, range(10, 1, -1), strict=False))
        assert len(digits) == 10
        assert person.nhs_number.startswith("999")
        assert (11 - weighted % 11) % 11 == digits[9]


def test_people_are_adults_with_a_coordinator_of_their_team() -> None:
    for person in PEOPLE:
        assert NOW.date() - date.fromisoformat(person.date_of_birth) > timedelta(days=18 * 366)
        assert person.team in BY_SUB[person.care_coordinator].teams
        assert person.team in BY_SUB[person.manager].teams


def test_referrals_use_the_contracts_codes() -> None:
    for person in PEOPLE:
        referral = person.referral
        assert referral.source in SOURCES
        assert set(referral.needs) <= NEEDS
        assert datetime.fromisoformat(str(referral.body("id", NOW)["received_at"])) < NOW
        if referral.worker is not None:
            assert referral.decision is not None
            assert referral.decision.outcome == "accepted"
            assert person.team in BY_SUB[referral.worker].teams
            assert BY_SUB[referral.worker].roles == ("str_worker",)


def test_referrals_stand_at_every_place_that_somebody_may_ask_about() -> None:
    decisions = [each.referral.decision for each in PEOPLE]
    outcomes = Counter(each.outcome if each else "undecided" for each in decisions)
    assert outcomes - Counter(accepted=outcomes["accepted"]) == Counter(
        declined=1, undecided=1, waiting_list=2, more_information=1
    )
    reasons = [each.reason_code for each in decisions if each and each.outcome == "declined"]
    assert reasons == ["needs_met_elsewhere"]
    waiting = [
        (each.referral.decision.priority, each.referral.received_days_ago)
        for each in PEOPLE
        if each.referral.decision and each.referral.decision.outcome == "waiting_list"
    ]
    [(first, shorter), (second, longer)] = waiting
    assert (first, second) == ("urgent", "routine")
    assert shorter < longer
    assert all(
        (each is not None and each.outcome == "accepted") == (person.referral.worker is not None)
        for each, person in zip(decisions, PEOPLE, strict=True)
    )


def test_ethnicity_is_said_asked_and_not_said_or_not_asked() -> None:
    said = Counter(each.ethnicity for each in PEOPLE)
    assert (said["Z"], said[None]) == (1, 1)
    assert len(said) >= 10
    assert len({each.nhs_number_status for each in PEOPLE}) >= 3
    assert [each.key for each in PEOPLE if each.communication] == ["ten"]


@pytest.mark.parametrize("person", PEOPLE, ids=lambda each: each.key)
def test_the_plan_that_notes_name_is_one_that_holds(person: Person) -> None:
    plan: dict[str, Any] = dict(person.plan(NOW))
    assert (plan["kind"], plan["reference"]) == (person.plan_kind, person.plan_reference)
    assert NOW.date() < date.fromisoformat(plan["review_due"])
    first = min((each.occurred_at(NOW) for each in NOTES if each.person == person.key), default=NOW)
    assert date.fromisoformat(plan["valid_from"]) <= first.date()
    assert [each["goal"] for each in plan["goals"]] == [*person.referral.goals]
    assert {each["boundary"] for each in plan["tasks"]} <= BOUNDARIES
    for note in (each for each in NOTES if each.person == person.key):
        assert all(each.authority in (None, person.plan_reference) for each in note.boundaries)


def test_what_goes_with_people_is_by_the_worker_whose_caseload_it_is() -> None:
    """And no two of them look the same to a second run."""
    ids = [each.id for each in AGENCIES]
    assert len(set(ids)) == len(ids) == 3
    assert {each.agency for each in ONWARD_REFERRALS} <= set(ids)
    assert [each.outcome for each in ONWARD_REFERRALS] == ["support_received", None]
    for each in (*ONWARD_REFERRALS, *UNMET_NEEDS, *VISIT_ALERTS, *CARERS):
        assert each.worker in BY_SUB
    assert len({(each.person, each.agency, each.need) for each in ONWARD_REFERRALS}) == 2
    assert {each.need for each in (*ONWARD_REFERRALS, *UNMET_NEEDS)} <= NEEDS
    assert (len(UNMET_NEEDS), len(VISIT_ALERTS), len(CARERS)) == (1, 1, 1)


# --- notes --------------------------------------------------------------------------------------


def test_there_are_enough_notes_of_every_kind() -> None:
    assert len(NOTES) >= 64
    assert len({each.key for each in NOTES}) == len(NOTES)
    assert len({each.narrative for each in NOTES}) == len(NOTES)
    awaiting = [each for each in NOTES if each.signed is None and each.author != "nurse-1"]
    assert 13 <= len(awaiting) <= 17
    assert 4 <= sum(each.amended is not None for each in NOTES) <= 6
    assert sum(each.author == "nurse-1" for each in NOTES) == 1
    assert {each.concern.kind for each in NOTES if each.concern} >= {"relapse_sign", "medication"}
    assert {each.attendance for each in NOTES} >= {"did_not_attend", "late_not_seen"}
    assert {each.mechanism for each in NOTES} >= {"text", "video", "telephone", "email"}
    assert any(each.money for each in NOTES)
    assert any(each.late_entry_reason for each in NOTES)


@pytest.mark.parametrize("note", NOTES, ids=lambda each: each.key)
def test_a_note_keeps_to_the_contract(note: Note) -> None:
    sent = body(note)
    assert set(sent) <= FIELDS
    for name, values in ENUMS.items():
        assert sent[name] in words(values), name
    assert sent["functions"]
    assert set(sent["functions"]) <= FUNCTIONS
    assert sent["needs"]
    assert set(sent["needs"]) <= NEEDS
    assert set(sent["others_present"]) <= OTHERS
    assert 0 < sent["duration_minutes"] <= 240
    for each in sent["boundary_activities"]:
        assert each["boundary"] in BOUNDARIES
        assert each["class"] in ("contribution", "delegated_task", "outside_role")
    if "concern" in sent:
        assert sent["concern"]["urgency"] in ("routine", "urgent")
        assert sent["concern"]["service_user_told"] or sent["concern"]["not_told_reason"]
    assert 0 <= note.days_ago <= 40
    assert (note.at is None) == (note.days_ago == 0)


@pytest.mark.parametrize("note", NOTES, ids=lambda each: each.key)
def test_a_note_is_written_as_notes_should_be(note: Note) -> None:
    said = " ".join(each for each in (note.narrative, note.view, note.carer_view) if each)
    assert 2 <= len(re.findall(r"[.?!](?:”)?(?= |$)", note.narrative)) <= 6
    assert "patient" not in said.lower()
    assert re.search(r"  |\bPIP\b|\bGP\b|\bCC\b|\bCPN\b|\bN/A\b", said) is None


@pytest.mark.parametrize("note", NOTES, ids=lambda each: each.key)
def test_who_wrote_and_who_signs_could_have_done_so(note: Note) -> None:
    team = BY_KEY[note.person].team
    assert team in BY_SUB[note.author].teams
    assert BY_KEY[note.person].referral.worker is not None
    assert note.author not in note.staff_present
    assert all(team in BY_SUB[each].teams for each in note.staff_present)
    if note.signed is not None:
        assert note.signed.by != note.author
        assert BY_SUB[note.signed.by].registrations
        assert team in BY_SUB[note.signed.by].teams
        assert note.signed.basis in ("validated", "witnessed")
        assert note.signed.basis != "witnessed" or note.signed.by in note.staff_present


@pytest.mark.parametrize(
    "note", [each for each in NOTES if each.amended], ids=lambda each: each.key
)
def test_an_amendment_changes_something_and_says_why(note: Note) -> None:
    assert note.amended is not None
    sent = body(note)
    assert note.amended.reason
    assert note.amended.changes
    assert all(sent[name] != value for name, value in note.amended.changes.items())


@pytest.mark.parametrize("now", A_WEEK, ids=lambda each: f"{each:%a}")
def test_times_are_past_on_a_working_day_and_never_overlap(now: datetime) -> None:
    busy: dict[str, list[tuple[datetime, datetime]]] = {}
    for note in NOTES:
        start = datetime.fromisoformat(body(note, now)["occurred_at"])
        assert start.utcoffset() is not None
        end = start + timedelta(minutes=note.minutes)
        assert end <= now
        assert start.weekday() < 5 or note.days_ago == 0
        if note.concern is not None:
            alerted = body(note, now)["concern"]["alerted"][0]["at"]
            assert start < datetime.fromisoformat(alerted) <= now
        busy.setdefault(note.author, []).append((start, end))
    for spans in busy.values():
        spans.sort()
        assert all(a[1] <= b[0] for a, b in pairwise(spans))


@pytest.mark.parametrize("now", A_WEEK, ids=lambda each: f"{each:%a}")
def test_each_persons_story_runs_in_the_order_told(now: datetime) -> None:
    for person in PEOPLE:
        times = [each.occurred_at(now) for each in NOTES if each.person == person.key]
        assert times == sorted(times)


def test_just_after_midnight_nothing_lies_in_the_future() -> None:
    midnight = datetime(2026, 11, 19, 0, 1, tzinfo=UTC)
    assert all(each.occurred_at(midnight) <= midnight for each in NOTES)


def test_a_late_note_gives_its_reason_but_for_two_that_are_left_to_ask_about() -> None:
    late = [each for each in NOTES if NOW - each.occurred_at(NOW) > timedelta(hours=24)]
    silent = [each for each in late if "late_entry_reason" not in body(each)]
    assert [each.key for each in silent] == ["four-carer-call", "seven-prompt"]
    assert not [each for each in NOTES if each not in late and "late_entry_reason" in body(each)]


def test_the_same_moment_gives_the_same_notes() -> None:
    assert [body(each) for each in NOTES] == [body(each) for each in NOTES]
    later = NOW + timedelta(hours=3)
    older = [each for each in NOTES if each.days_ago > 1]
    assert [body(each) for each in older] == [body(each, later) for each in older]

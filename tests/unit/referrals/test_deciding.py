"""A referral until somebody supports the person, or nobody will: given, when, then."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.referrals.domain import (
    AlreadyAllocated,
    AlreadyAsked,
    AlreadyDecided,
    AlreadyEnded,
    AssessmentOpen,
    AssessmentRequired,
    MeetingBeforeReferral,
    MeetingRequired,
    NoQuorum,
    NothingAsked,
    NothingChanged,
    NotWaiting,
    Place,
    Referral,
    ReviewTooLate,
    RouteNotAllowed,
    Status,
)
from services.referrals.policy import DEFAULT, InForce, Stop
from shared.contracts.referrals import Meeting, Referrer
from shared.kernel.actor import Actor
from shared.kernel.errors import Conflict
from shared.kernel.ids import new_id
from tests.support.build import NOW, SERVICE_USER

MANAGER = Actor("manager-1", "Manager 1", "team_manager")
COORDINATOR = Actor("coordinator-1", "Care co-ordinator 1", "care_coordinator")
SENIOR = Actor("str-worker-3", "STR worker 3", "str_worker")
TODAY = NOW.date()
PLACE = Place("str-worker-1", weight=1, limit=12, load=1)
MEETING = Meeting(reference="CRM-12", held_on=TODAY, present=("manager-1", "nurse-1", "ot-1"))


def later(days: float) -> Any:
    return NOW + timedelta(days=days)


def policy(**rules: Any) -> InForce:
    return InForce(4, replace(DEFAULT.rules, **rules))


@pytest.fixture
def referral() -> Referral:
    return Referral.receive(
        COORDINATOR,
        NOW,
        new_id(),
        service_user_id=SERVICE_USER,
        team_id="north-cmht",
        received_at=NOW,
        source="cmht",
        urgency="urgent",
        needs=("housing",),
        reason="Wants help to keep the tenancy.",
        goals=(),
        referrer=Referrer(name="A referrer"),
        decide_by=later(7),
        allocate_by=later(28),
    )


@pytest.fixture
def waiting(referral: Referral) -> Referral:
    referral.decide(MANAGER, later(1), "waiting_list", "Nobody is free.")
    return referral


@pytest.fixture
def asked(referral: Referral) -> Referral:
    referral.decide(MANAGER, later(1), "more_information", "Whose tenancy is it?")
    return referral


def assess(referral: Referral, at: Any = NOW, **found: Any) -> None:
    said = {"findings": "Wants help.", "recommends": None, "complexity": None, **found}
    referral.assess(SENIOR, at, **said)


def status_of(referral: Referral) -> Status:
    return referral.status


def replayed(referral: Referral) -> Any:
    again: Any = None
    for event in referral.collect_events():
        again = event.mutate(again)
    return again


OUTCOMES: list[tuple[Any, dict[str, Any], Status]] = [
    ("accepted", {}, Status.ACCEPTED),
    ("waiting_list", {}, Status.WAITING),
    ("declined", {"reason_code": "outside_criteria"}, Status.DECLINED),
    ("redirected", {"reason_code": "needs_met_elsewhere", "redirected_to": "CAB"},
     Status.REDIRECTED),
    ("more_information", {}, Status.MORE_INFORMATION),
]  # fmt: skip


@pytest.mark.parametrize(("outcome", "said", "status"), OUTCOMES)
def test_each_outcome_says_why_by_which_route_and_policy(
    referral: Referral, outcome: Any, said: dict[str, Any], status: Status
) -> None:
    referral.decide(MANAGER, later(1), outcome, "Because.", policy=policy(), **said)
    assert status_of(referral) is status
    [decision] = referral.decisions
    assert (decision["rationale"], decision["route"]) == ("Because.", "manager")
    assert (decision["policy_version"], decision["team_id"]) == (4, "north-cmht")
    assert said.items() <= decision.items()
    assert replayed(referral) == referral


def test_who_waits_has_a_priority_and_a_day_of_review(waiting: Referral) -> None:
    assert (waiting.priority, waiting.next_review) == ("urgent", later(29).date())
    [decision] = waiting.decisions
    assert (decision["priority"], decision["review_due"]) == ("urgent", later(29).date())
    said = {"priority": "routine", "review_due": date(2026, 12, 1)}
    waiting.decide(MANAGER, later(2), "waiting_list", "Less pressing.", **said)  # type: ignore[arg-type]
    assert (waiting.priority, waiting.next_review) == ("routine", date(2026, 12, 1))
    waiting.decide(MANAGER, later(3), "accepted", "Someone is free.", complexity="complex")
    assert (waiting.priority, waiting.complexity) == ("routine", "complex")
    assert waiting.next_review is None


def test_it_is_decided_again_until_somebody_supports_the_person(waiting: Referral) -> None:
    waiting.decide(MANAGER, later(2), "accepted", "Someone is free.")
    waiting.decide(MANAGER, later(3), "more_information", "Still at the address?")
    waiting.inform(COORDINATOR, later(5), "Yes.")
    assert status_of(waiting) is Status.WAITING, "its place is where it was before it was accepted"
    waiting.decide(MANAGER, later(6), "accepted", "Someone is free.")
    waiting.allocate(MANAGER, later(7), PLACE, None)
    with pytest.raises(AlreadyDecided):
        waiting.decide(MANAGER, later(8), "declined", "Not after all.", "other")
    assert waiting.clock.waited(later(50)) == timedelta(days=5), "until then, without the stop"
    assert waiting.decided_at == later(1)
    assert replayed(waiting) == waiting


@pytest.mark.parametrize(("outcome", "said", "status"), OUTCOMES)
def test_nothing_is_decided_of_what_has_ended(
    referral: Referral, outcome: Any, said: dict[str, Any], status: Status
) -> None:
    referral.withdraw(COORDINATOR, NOW, "moved", "Has moved away.")
    with pytest.raises(AlreadyDecided):
        referral.decide(MANAGER, NOW, outcome, "Because.", **said)
    assert referral.ended_at == NOW


class TestMeetings:
    def test_a_meeting_decides_where_the_policy_says(self, referral: Referral) -> None:
        met = policy(routes=("meeting",))
        with pytest.raises(MeetingRequired):
            referral.decide(MANAGER, NOW, "accepted", "Fits.", policy=met)
        referral.decide(COORDINATOR, NOW, "accepted", "Fits.", policy=met, meeting=MEETING)
        [decision] = referral.decisions
        assert (decision["route"], decision["meeting"]) == ("meeting", MEETING)

    def test_no_meeting_where_the_manager_decides(self, referral: Referral) -> None:
        with pytest.raises(RouteNotAllowed):
            referral.decide(MANAGER, NOW, "accepted", "Fits.", meeting=MEETING)

    def test_enough_different_staff_were_there(self, referral: Referral) -> None:
        met = policy(routes=("meeting", "manager"))
        few = replace(MEETING, present=("manager-1", "nurse-1", "nurse-1"))
        with pytest.raises(NoQuorum) as refusal:
            referral.decide(MANAGER, NOW, "accepted", "Fits.", policy=met, meeting=few)
        assert refusal.value.members == {"quorum": 3}
        smaller = policy(routes=("meeting",), meeting_quorum=2)
        referral.decide(MANAGER, NOW, "accepted", "Fits.", policy=smaller, meeting=few)

    def test_it_was_held_on_the_day_of_the_referral_or_later(self, referral: Referral) -> None:
        met = policy(routes=("meeting",))
        before = replace(MEETING, held_on=TODAY - timedelta(days=1))
        with pytest.raises(MeetingBeforeReferral):
            referral.decide(MANAGER, NOW, "accepted", "Fits.", policy=met, meeting=before)

    def test_a_worker_takes_someone_on(self, referral: Referral) -> None:
        own = policy(routes=("manager", "worker"))
        referral.decide(SENIOR, NOW, "accepted", "I know the family.", policy=own)
        assert referral.decisions[0]["route"] == "worker"


class TestAssessments:
    def test_one_is_asked_for_and_completed(self, waiting: Referral) -> None:
        waiting.request_assessment(MANAGER, later(2), "str-worker-3", TODAY, "Lives alone.")
        assert status_of(waiting) is Status.ASSESSING
        with pytest.raises(AssessmentOpen):
            waiting.request_assessment(MANAGER, later(2), None, None, None)
        assess(waiting, later(3), recommends="accepted", complexity="complex")
        assert status_of(waiting) is Status.WAITING
        assert waiting.complexity == "complex"
        [found] = waiting.assessments
        assert (found["requested_by"], found["completed_by"]) == (MANAGER, SENIOR)
        assert (found["findings"], found["recommends"]) == ("Wants help.", "accepted")
        assert waiting.clock.waited(later(4)) == timedelta(days=4), "the clock goes on"
        assert replayed(waiting) == waiting

    def test_findings_need_nobody_to_ask(self, referral: Referral) -> None:
        assess(referral)
        assert status_of(referral) is Status.RECEIVED
        [found] = referral.assessments
        assert (found["requested_by"], found["completed_at"]) == (None, NOW)
        assert [type(event).__name__ for event in referral.pending_events] == [
            "Received", "Assessed",
        ]  # fmt: skip

    def test_where_the_policy_wants_one_it_comes_first(self, referral: Referral) -> None:
        wanted = policy(assessment_required=True)
        for outcome in ("accepted", "waiting_list"):
            with pytest.raises(AssessmentRequired):
                referral.decide(MANAGER, NOW, outcome, "Fits.", policy=wanted)
        referral.request_assessment(MANAGER, NOW, None, None, None)
        with pytest.raises(AssessmentOpen):
            referral.decide(MANAGER, NOW, "accepted", "Fits.", policy=wanted)
        assess(referral)
        referral.decide(MANAGER, NOW, "accepted", "Fits.", policy=wanted)
        assert status_of(referral) is Status.ACCEPTED

    def test_one_that_is_not_wanted_any_more_lapses(self, referral: Referral) -> None:
        referral.request_assessment(MANAGER, NOW, None, None, None)
        referral.decide(MANAGER, later(1), "accepted", "Known well.")
        assert status_of(referral) is Status.ACCEPTED
        assert referral.assessments[0]["lapsed_at"] == later(1)
        assert referral.open_assessment is None

    def test_a_decline_waits_for_none(self, referral: Referral) -> None:
        referral.request_assessment(MANAGER, NOW, None, None, None)
        wanted = policy(assessment_required=True)
        referral.decide(MANAGER, NOW, "declined", "Not ours.", "other", policy=wanted)
        assert status_of(referral) is Status.DECLINED

    def test_an_open_one_outlives_a_question_to_the_referrer(self, referral: Referral) -> None:
        referral.request_assessment(MANAGER, NOW, None, None, None)
        referral.decide(MANAGER, later(1), "more_information", "Whose tenancy is it?")
        assert status_of(referral) is Status.MORE_INFORMATION
        referral.inform(COORDINATOR, later(2), "Their own.")
        assert status_of(referral) is Status.ASSESSING

    def test_one_completed_meanwhile_does_not_answer_the_question(self, asked: Referral) -> None:
        asked.request_assessment(MANAGER, later(2), None, None, None)
        assess(asked, later(3))
        assert status_of(asked) is Status.MORE_INFORMATION
        assert not asked.clock.running

    def test_nobody_is_asked_to_assess_what_is_decided(self, referral: Referral) -> None:
        referral.decide(MANAGER, NOW, "accepted", "Fits.")
        with pytest.raises(AlreadyDecided):
            referral.request_assessment(MANAGER, NOW, None, None, None)

    def test_what_was_found_is_kept_however_late(self, referral: Referral) -> None:
        referral.decide(MANAGER, NOW, "accepted", "Fits.")
        referral.assess(SENIOR, later(1), "Needs two workers.", None, "complex")
        assert (status_of(referral), referral.complexity) == (Status.ACCEPTED, "complex")
        referral.allocate(MANAGER, later(2), PLACE, None)
        assess(referral)
        assert status_of(referral) is Status.ALLOCATED
        assert len(referral.assessments) == 2
        referral.close(MANAGER, later(9), "moved", "Has moved.")
        with pytest.raises(AlreadyDecided):
            assess(referral)

    def test_whoever_waits_is_looked_at_in_time(self, referral: Referral) -> None:
        rules = policy(review_every_days=10)
        late = TODAY + timedelta(days=11)
        with pytest.raises(ReviewTooLate):
            referral.decide(
                MANAGER, NOW, "waiting_list", "Nobody is free.", policy=rules, review_due=late
            )
        referral.decide(MANAGER, NOW, "waiting_list", "Nobody is free.", policy=rules)
        assert referral.next_review == TODAY + timedelta(days=10)
        with pytest.raises(ReviewTooLate):
            referral.review(MANAGER, NOW, "As before.", None, late, rules.rules)

    def test_no_worker_accepts_what_somebody_decided(self, referral: Referral) -> None:
        rules = policy(routes=("manager", "worker"))
        referral.decide(MANAGER, NOW, "accepted", "Fits.", policy=rules)
        with pytest.raises(AlreadyDecided):
            referral.decide(SENIOR, NOW, "accepted", "I know him.", policy=rules)


class TestMoreInformation:
    def test_the_clock_stands_still_until_the_answer(self, asked: Referral) -> None:
        assert not asked.clock.running
        with pytest.raises(AlreadyAsked):
            asked.decide(MANAGER, later(2), "more_information", "And where?")
        asked.inform(COORDINATOR, later(5), "Their own.")
        assert status_of(asked) is Status.RECEIVED
        assert asked.stops == [Stop(later(1), later(5))]
        assert asked.clock.waited(later(6)) == timedelta(days=2)
        assert asked.decided_at is None, "to ask decides nothing"
        assert asked.answers == [{"information": "Their own.", "by": COORDINATOR, "at": later(5)}]
        with pytest.raises(NothingAsked):
            asked.inform(COORDINATOR, later(6), "Once more.")

    def test_a_place_on_the_list_is_kept(self, waiting: Referral) -> None:
        waiting.decide(MANAGER, later(2), "more_information", "Whose tenancy is it?")
        waiting.inform(COORDINATOR, later(4), "Their own.")
        assert status_of(waiting) is Status.WAITING
        assert (waiting.priority, waiting.next_review) == ("urgent", later(29).date())
        assert waiting.clock.waiting_since == later(2)

    @pytest.mark.parametrize(("outcome", "said", "status"), OUTCOMES[:4])
    def test_it_can_be_decided_without_the_answer(
        self, asked: Referral, outcome: Any, said: dict[str, Any], status: Status
    ) -> None:
        asked.decide(MANAGER, later(3), outcome, "Nobody answers.", **said)
        assert status_of(asked) is status
        assert asked.stops == [Stop(later(1), later(3))]
        assert asked.clock.waited(later(3)) == timedelta(days=1)


class TestWithdrawal:
    @pytest.mark.parametrize("when", ["referral", "waiting", "asked"])
    def test_it_is_taken_back_before_anyone_supports_the_person(
        self, when: str, request: pytest.FixtureRequest
    ) -> None:
        found: Referral = request.getfixturevalue(when)
        found.withdraw(COORDINATOR, later(2), "person_declined", "Has found help.")
        assert status_of(found) is Status.WITHDRAWN
        assert found.ended_at == found.clock.ended_at == later(2)
        assert found.next_review is None
        with pytest.raises(AlreadyEnded):
            found.withdraw(COORDINATOR, later(3), "other", "Again.")
        assert replayed(found) == found

    def test_the_accepted_too_but_nobody_on_a_caseload(self, referral: Referral) -> None:
        referral.decide(MANAGER, NOW, "accepted", "Fits.")
        referral.allocate(MANAGER, NOW, PLACE, None)
        with pytest.raises(AlreadyAllocated):
            referral.withdraw(COORDINATOR, NOW, "moved", "Has moved.")
        referral.close(MANAGER, later(9), "moved", "Has moved.")
        assert (referral.clock.ended_at, referral.ended_at) == (NOW, later(9))
        with pytest.raises(AlreadyEnded):
            referral.withdraw(COORDINATOR, NOW, "moved", "Has moved.")

    def test_what_was_being_assessed_lapses(self, referral: Referral) -> None:
        referral.request_assessment(MANAGER, NOW, None, None, None)
        referral.withdraw(COORDINATOR, later(2), "moved", "Has moved away.")
        assert referral.assessments[0]["lapsed_at"] == later(2)


class TestReviews:
    def test_a_review_says_how_pressing_it_is_and_when_to_look_next(
        self, waiting: Referral
    ) -> None:
        waiting.review(COORDINATOR, later(5), "As before.", None, later(33).date())
        assert (waiting.priority, waiting.next_review) == ("urgent", later(33).date())
        waiting.review(COORDINATOR, later(9), "Notice to quit.", "emergency", later(10).date())
        assert waiting.priority == "emergency"
        assert [each["findings"] for each in waiting.reviews] == ["As before.", "Notice to quit."]
        assert replayed(waiting) == waiting

    def test_only_who_waits_is_reviewed(self, referral: Referral) -> None:
        with pytest.raises(NotWaiting):
            referral.review(COORDINATOR, NOW, "Early.", None, TODAY)


class TestMoving:
    def test_it_goes_with_its_person_as_it_stands(self, waiting: Referral) -> None:
        waiting.move(MANAGER, later(3), "south-cmht")
        assert (waiting.team_id, waiting.status) == ("south-cmht", Status.WAITING)
        assert waiting.decisions[0]["team_id"] == "north-cmht", "who decided stays"
        event = waiting.pending_events[-1]
        assert isinstance(event, Referral.Moved)
        assert (event.from_team_id, event.team_id) == ("north-cmht", "south-cmht")
        with pytest.raises(NothingChanged):
            waiting.move(MANAGER, later(3), "south-cmht")

    def test_what_has_ended_stays_where_it_was(self, referral: Referral) -> None:
        referral.decide(MANAGER, NOW, "declined", "Not ours.", "other")
        with pytest.raises(Conflict):
            referral.move(MANAGER, NOW, "south-cmht")

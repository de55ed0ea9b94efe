"""Service users, who may see them; referrals, decided, allocated, handed over and closed."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.referrals.domain import (
    AlreadyAllocated,
    AlreadyClosed,
    AlreadyDecided,
    NotAccepted,
    NotAllocated,
    NothingChanged,
    Referral,
    SameWorker,
    SelfNamed,
    ServiceUser,
    Status,
)
from shared.contracts.referrals import PersonName, Referrer
from shared.kernel.actor import Actor
from shared.kernel.errors import NoRelationship
from shared.kernel.ids import new_id
from shared.kernel.relationship import Restriction
from tests.support.build import NOW, SERVICE_USER

MANAGER = Actor("manager-1", "Manager 1", "team_manager")
IG_LEAD = Actor("ig-lead-1", "IG lead 1", "ig_lead")
LATER = NOW + timedelta(days=90)


@pytest.fixture
def referral() -> Referral:
    return Referral.receive(
        MANAGER,
        NOW,
        new_id(),
        service_user_id=SERVICE_USER,
        team_id="north-cmht",
        received_at=NOW,
        source="cmht",
        urgency="routine",
        needs=("housing",),
        reason="Wants help to keep the tenancy.",
        goals=("Pay rent on time",),
        referrer=Referrer(name="A referrer"),
    )


def test_the_subject_is_the_service_user(referral: Referral) -> None:
    assert referral.subject == str(SERVICE_USER)
    assert referral.resource_id == str(referral.id)
    assert referral.team_id == "north-cmht"


def test_accept_and_allocate(referral: Referral) -> None:
    referral.decide(MANAGER, NOW, "accepted", "Fits the team.", None)
    assert referral.decisions[0]["outcome"] == "accepted"
    referral.allocate(MANAGER, NOW, "str-worker-1", None)
    assert referral.status is Status.ALLOCATED
    assert referral.allocation
    assert referral.allocation["worker_id"] == "str-worker-1"
    assert [type(event).__name__ for event in referral.pending_events] == [
        "Received",
        "Decided",
        "Allocated",
    ]


def test_a_decline_keeps_its_reason(referral: Referral) -> None:
    referral.decide(MANAGER, NOW, "declined", "Not ours.", "outside_criteria")
    assert referral.status is Status.DECLINED
    [decision] = referral.decisions
    assert (decision["rationale"], decision["reason_code"]) == ("Not ours.", "outside_criteria")
    with pytest.raises(NotAccepted):
        referral.allocate(MANAGER, NOW, "str-worker-1", None)


def test_what_is_done_is_done_once(referral: Referral) -> None:
    with pytest.raises(NotAccepted):
        referral.allocate(MANAGER, NOW, "str-worker-1", None)
    referral.decide(MANAGER, NOW, "accepted", "Fits.", None)
    referral.allocate(MANAGER, NOW, "str-worker-1", None)
    with pytest.raises(AlreadyDecided):
        referral.decide(MANAGER, NOW, "declined", "Changed my mind.", "other")
    with pytest.raises(AlreadyAllocated):
        referral.allocate(MANAGER, NOW, "str-worker-2", None)


def test_a_transfer_says_who_is_left_and_keeps_both_allocations(referral: Referral) -> None:
    referral.decide(MANAGER, NOW, "accepted", "Fits.", None)
    referral.allocate(MANAGER, NOW, "str-worker-1", None)
    left = referral.transfer(MANAGER, LATER, "str-worker-2", "Prefers texts.", "Nobody else.")
    assert left == "str-worker-1"
    assert referral.status is Status.ALLOCATED
    assert referral.worker_id == "str-worker-2"
    assert [(each["worker_id"], each["until"]) for each in referral.allocations] == [
        ("str-worker-1", LATER),
        ("str-worker-2", None),
    ]
    [transfer] = referral.transfers
    assert (transfer["from_worker_id"], transfer["worker_id"]) == ("str-worker-1", "str-worker-2")
    assert (transfer["handover"], transfer["at"]) == ("Prefers texts.", LATER)
    assert referral.allocation
    assert referral.allocation["override_reason"] == "Nobody else."


def test_only_an_allocated_referral_is_transferred_and_to_someone_else(referral: Referral) -> None:
    def transfer() -> None:
        referral.transfer(MANAGER, LATER, "str-worker-1", "As before.", None)

    with pytest.raises(NotAllocated):
        transfer()
    referral.decide(MANAGER, NOW, "accepted", "Fits.", None)
    with pytest.raises(NotAllocated):
        transfer()
    referral.allocate(MANAGER, NOW, "str-worker-1", None)
    with pytest.raises(SameWorker):
        transfer()
    referral.close(MANAGER, LATER, "moved", "Moved to the coast.")
    with pytest.raises(NotAllocated):
        transfer()


def test_closing_takes_the_person_off_the_caseload(referral: Referral) -> None:
    referral.decide(MANAGER, NOW, "accepted", "Fits.", None)
    referral.allocate(MANAGER, NOW, "str-worker-1", None)
    left = referral.close(MANAGER, LATER, "goals_met", "Pays the rent on time.")
    assert left == "str-worker-1"
    assert referral.status is Status.CLOSED
    assert referral.allocation is None
    assert referral.worker_id is None
    assert referral.allocations[0]["until"] == LATER
    assert referral.last_worker_id == "str-worker-1"
    assert referral.closure
    assert (referral.closure["outcome"], referral.closure["at"]) == ("goals_met", LATER)
    with pytest.raises(AlreadyClosed):
        referral.close(MANAGER, LATER, "other", "Again.")
    with pytest.raises(NotAccepted):
        referral.allocate(MANAGER, LATER, "str-worker-2", None)


def test_what_nobody_has_taken_on_can_be_closed_once_accepted(referral: Referral) -> None:
    with pytest.raises(NotAccepted):
        referral.close(MANAGER, LATER, "other", "Too early.")
    referral.decide(MANAGER, NOW, "accepted", "Fits.", None)
    assert referral.close(MANAGER, LATER, "moved", "Before anyone could start.") is None
    assert referral.status is Status.CLOSED


def test_a_declined_referral_has_nothing_to_close(referral: Referral) -> None:
    referral.decide(MANAGER, NOW, "declined", "Not ours.", "outside_criteria")
    with pytest.raises(NotAccepted):
        referral.close(MANAGER, LATER, "other", "Nothing began.")


def test_replay_gives_the_same_referral(referral: Referral) -> None:
    referral.decide(MANAGER, NOW, "accepted", "Fits.", None)
    referral.allocate(MANAGER, NOW, "str-worker-1", "Speaks the language.")
    referral.transfer(MANAGER, LATER, "str-worker-2", "Prefers texts.", None)
    referral.close(MANAGER, LATER, "goals_met", "Pays the rent on time.")
    again: Any = None
    for event in referral.collect_events():
        again = event.mutate(again)
    assert again == referral


@pytest.fixture
def person() -> ServiceUser:
    return ServiceUser.register(
        MANAGER,
        NOW,
        new_id(),
        nhs_number="9990000018",
        local_ids=(),
        name=PersonName(given=("Service User",), family="One"),
        date_of_birth=date(1985, 4, 12),
        team_id="north-cmht",
        care_coordinator_id=None,
    )


def test_a_service_user_is_their_own_subject(person: ServiceUser) -> None:
    assert person.subject == person.resource_id == str(person.id)
    assert person.data_subject == f"service-user:{person.id}"


def test_a_restriction_replaces_the_one_before(person: ServiceUser) -> None:
    named = Restriction(True, frozenset({"nurse-1", "coordinator-1"}), frozenset({"ot-1"}))
    person.restrict(IG_LEAD, NOW, named, "Works in the team.")
    event = person.pending_events[-1]
    assert isinstance(event, ServiceUser.Restricted)
    assert event.named_staff == ("coordinator-1", "nurse-1")
    assert person.restriction == named
    with pytest.raises(NothingChanged):
        person.restrict(IG_LEAD, LATER, named, "Once more.")
    person.restrict(IG_LEAD, LATER, Restriction(), "Left the trust.")
    assert person.restriction == Restriction()


def test_nobody_lets_themselves_into_a_record(person: ServiceUser) -> None:
    with pytest.raises(SelfNamed):
        person.may_restrict(IG_LEAD, {"ig-lead-1", "nurse-1"})
    by_another = Restriction(True, frozenset({"ig-lead-1"}))
    person.restrict(Actor("ig-lead-2", "IG lead 2", "ig_lead"), NOW, by_another, "Asked to look.")
    person.may_restrict(IG_LEAD, {"ig-lead-1", "nurse-1"})


def test_who_is_kept_from_a_record_does_not_decide_who_sees_it(person: ServiceUser) -> None:
    person.restrict(IG_LEAD, NOW, Restriction(excluded=frozenset({"ig-lead-1"})), "My sister.")
    with pytest.raises(NoRelationship):
        person.may_restrict(IG_LEAD, ())

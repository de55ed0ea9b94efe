"""Whose caseload a person is on: allocated within limits or past them, handed over, ended."""

from datetime import timedelta
from typing import Any

import pytest

from services.referrals.domain import (
    AlreadyAllocated,
    AlreadyClosed,
    AlreadyDecided,
    CaseloadFull,
    NoHandoverAwaits,
    NotAccepted,
    NotAllocated,
    Place,
    Referral,
    SameWorker,
    Status,
    Taken,
)
from shared.contracts.referrals import CaseloadLimitOverridden, Referrer
from shared.kernel.actor import Actor
from shared.kernel.ids import new_id
from tests.support.build import NOW, SERVICE_USER

MANAGER = Actor("manager-1", "Manager 1", "team_manager")
RECEIVER = Actor("str-worker-2", "STR worker 2", "str_worker")
LATER = NOW + timedelta(days=90)
AFTER = LATER + timedelta(days=1)


def place(worker_id: str = "str-worker-1", weight: int = 1, load: int = 5) -> Place:
    return Place(worker_id, weight, limit=12, load=load)


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


@pytest.fixture
def accepted(referral: Referral) -> Referral:
    referral.decide(MANAGER, NOW, "accepted", "Fits the team.", None)
    return referral


@pytest.fixture
def allocated(accepted: Referral) -> Referral:
    accepted.allocate(MANAGER, NOW, place(weight=2), None)
    return accepted


@pytest.fixture
def handed_over(allocated: Referral) -> Referral:
    allocated.transfer(MANAGER, LATER, place("str-worker-2"), "Prefers texts.", None)
    return allocated


def _events(referral: Referral) -> list[str]:
    return [type(event).__name__ for event in referral.pending_events]


def test_who_is_accepted_is_allocated(accepted: Referral) -> None:
    accepted.allocate(MANAGER, NOW, place(weight=3), None)
    assert accepted.status is Status.ALLOCATED
    assert accepted.allocation
    assert (accepted.allocation["worker_id"], accepted.allocation["weight"]) == ("str-worker-1", 3)
    assert _events(accepted) == ["Received", "Decided", "Allocated"]


def test_who_waits_is_allocated_directly(referral: Referral) -> None:
    referral.decide(MANAGER, NOW, "waiting_list", "No room yet.", None)
    referral.allocate(MANAGER, LATER, place(), None)
    assert referral.status is Status.ALLOCATED


def test_nobody_else_is_allocated(referral: Referral) -> None:
    with pytest.raises(NotAccepted):
        referral.allocate(MANAGER, NOW, place(), None)
    referral.decide(MANAGER, NOW, "declined", "Not ours.", "outside_criteria")
    with pytest.raises(NotAccepted):
        referral.allocate(MANAGER, NOW, place(), None)


def test_what_is_allocated_is_allocated_once(allocated: Referral) -> None:
    with pytest.raises(AlreadyDecided):
        allocated.decide(MANAGER, NOW, "declined", "Changed my mind.", "other")
    with pytest.raises(AlreadyAllocated):
        allocated.allocate(MANAGER, NOW, place("str-worker-2"), None)


def test_past_the_limit_only_for_a_reason_and_it_is_said(accepted: Referral) -> None:
    with pytest.raises(CaseloadFull):
        accepted.allocate(MANAGER, NOW, place(load=13), None)
    accepted.allocate(MANAGER, NOW, place(load=13), "Speaks the language.")
    assert _events(accepted)[-2:] == ["Allocated", "LimitOverridden"]
    overridden = accepted.pending_events[-1]
    assert isinstance(overridden, CaseloadLimitOverridden)
    assert (overridden.limit, overridden.load) == (12, 13)
    assert overridden.reason == "Speaks the language."
    assert accepted.allocation
    assert accepted.allocation["overridden"] == {"limit": 12, "load": 13}


def test_a_reason_where_there_is_room_overrides_nothing(accepted: Referral) -> None:
    accepted.allocate(MANAGER, NOW, place(load=12), "Speaks the language.")
    assert _events(accepted)[-1] == "Allocated"
    assert accepted.allocation
    assert accepted.allocation["override_reason"] == "Speaks the language."
    assert accepted.allocation["overridden"] is None


def test_a_transfer_says_what_is_left_and_keeps_both_places(allocated: Referral) -> None:
    left = allocated.transfer(
        MANAGER, LATER, place("str-worker-2", load=13), "Prefers texts.", "Nobody else."
    )
    assert left == Taken("str-worker-1", 2)
    assert allocated.status is Status.ALLOCATED
    assert allocated.worker_id == "str-worker-2"
    assert [(each["worker_id"], each["until"]) for each in allocated.allocations] == [
        ("str-worker-1", LATER),
        ("str-worker-2", None),
    ]
    [transfer] = allocated.transfers
    assert (transfer["from_worker_id"], transfer["worker_id"]) == ("str-worker-1", "str-worker-2")
    assert (transfer["handover"], transfer["at"]) == ("Prefers texts.", LATER)
    assert allocated.allocation
    assert allocated.allocation["override_reason"] == "Nobody else."
    assert allocated.allocation["overridden"] == {"limit": 12, "load": 13}
    assert _events(allocated)[-2:] == ["Transferred", "LimitOverridden"]


def test_a_transfer_past_the_limit_needs_a_reason(allocated: Referral) -> None:
    with pytest.raises(CaseloadFull):
        allocated.transfer(MANAGER, LATER, place("str-worker-2", load=13), "Prefers texts.", None)
    assert allocated.worker_id == "str-worker-1"


def test_only_an_allocated_referral_is_transferred_and_to_someone_else(referral: Referral) -> None:
    def transfer() -> None:
        referral.transfer(MANAGER, LATER, place(), "As before.", None)

    with pytest.raises(NotAllocated):
        transfer()
    referral.decide(MANAGER, NOW, "accepted", "Fits.", None)
    with pytest.raises(NotAllocated):
        transfer()
    referral.allocate(MANAGER, NOW, place(), None)
    with pytest.raises(SameWorker):
        transfer()
    referral.close(MANAGER, LATER, "moved", "Moved to the coast.")
    with pytest.raises(NotAllocated):
        transfer()


def test_a_hand_over_awaits_the_worker_who_receives_it(allocated: Referral) -> None:
    assert (allocated.handover, allocated.handover_at) == (None, None)
    with pytest.raises(NoHandoverAwaits):
        allocated.accept_handover(RECEIVER, LATER)
    allocated.transfer(MANAGER, LATER, place("str-worker-2"), "Prefers texts.", None)
    assert (allocated.handover, allocated.handover_at) == ("awaiting", LATER)
    allocated.accept_handover(RECEIVER, AFTER)
    assert (allocated.handover, allocated.handover_at) == ("accepted", AFTER)
    assert allocated.transfers[-1]["accepted_at"] == AFTER
    with pytest.raises(NoHandoverAwaits):
        allocated.decline_handover(RECEIVER, AFTER, "Changed my mind.")


def test_a_declined_hand_over_leaves_the_person_where_they_are(handed_over: Referral) -> None:
    handed_over.decline_handover(RECEIVER, AFTER, "I know the family.")
    assert (handed_over.handover, handed_over.handover_at) == ("declined", AFTER)
    assert handed_over.transfers[-1]["declined_because"] == "I know the family."
    assert handed_over.worker_id == "str-worker-2"
    handed_over.transfer(MANAGER, AFTER, place("str-worker-3"), "Doesn't know them.", None)
    assert handed_over.handover == "awaiting"


def test_what_has_ended_is_handed_over_to_nobody(handed_over: Referral) -> None:
    handed_over.close(MANAGER, AFTER, "moved", "Moved to the coast.")
    assert handed_over.handover is None
    with pytest.raises(NoHandoverAwaits):
        handed_over.accept_handover(RECEIVER, AFTER)


def test_closing_takes_the_person_off_the_caseload(allocated: Referral) -> None:
    left = allocated.close(
        MANAGER, LATER, "disengaged", "Doesn't answer.", "A letter, then two calls."
    )
    assert left == Taken("str-worker-1", 2)
    assert allocated.status is Status.CLOSED
    assert allocated.allocation is None
    assert allocated.worker_id is None
    assert allocated.allocations[0]["until"] == LATER
    assert allocated.last_worker_id == "str-worker-1"
    assert allocated.closure
    assert (allocated.closure["outcome"], allocated.closure["at"]) == ("disengaged", LATER)
    assert allocated.closure["disengagement_plan"] == "A letter, then two calls."
    with pytest.raises(AlreadyClosed):
        allocated.close(MANAGER, LATER, "other", "Again.")
    with pytest.raises(NotAccepted):
        allocated.allocate(MANAGER, LATER, place("str-worker-2"), None)


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


def test_replay_gives_the_same_referral(accepted: Referral) -> None:
    accepted.allocate(MANAGER, NOW, place(load=13), "Speaks the language.")
    accepted.transfer(MANAGER, LATER, place("str-worker-2"), "Prefers texts.", None)
    accepted.decline_handover(RECEIVER, AFTER, "I know the family.")
    accepted.transfer(MANAGER, AFTER, place("str-worker-3"), "Doesn't know them.", None)
    accepted.accept_handover(Actor("str-worker-3", "STR worker 3", "str_worker"), AFTER)
    accepted.close(MANAGER, AFTER, "goals_met", "Pays the rent on time.")
    again: Any = None
    for event in accepted.collect_events():
        again = event.mutate(again)
    assert again == accepted

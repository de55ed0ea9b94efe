"""Referrals: decided once, with a reason; allocated once, when accepted."""

from datetime import date
from typing import Any

import pytest

from services.referrals.domain import (
    AlreadyAllocated,
    AlreadyDecided,
    NotAccepted,
    Referral,
    ServiceUser,
    Status,
)
from shared.contracts.referrals import PersonName, Referrer
from shared.kernel.actor import Actor
from shared.kernel.ids import new_id
from tests.support.build import NOW, SERVICE_USER

MANAGER = Actor("manager-1", "Manager 1", "team_manager")


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
    with pytest.raises(AlreadyDecided):
        referral.decide(MANAGER, NOW, "declined", "Changed my mind.", "other")
    referral.allocate(MANAGER, NOW, "str-worker-1", None)
    with pytest.raises(AlreadyAllocated):
        referral.allocate(MANAGER, NOW, "str-worker-2", None)


def test_replay_gives_the_same_referral(referral: Referral) -> None:
    referral.decide(MANAGER, NOW, "accepted", "Fits.", None)
    referral.allocate(MANAGER, NOW, "str-worker-1", "Speaks the language.")
    again: Any = None
    for event in referral.collect_events():
        again = event.mutate(again)
    assert again == referral


def test_a_service_user_is_their_own_subject() -> None:
    person = ServiceUser.register(
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
    assert person.subject == person.resource_id == str(person.id)
    assert person.data_subject == f"service-user:{person.id}"

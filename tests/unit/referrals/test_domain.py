"""Service users, who may see them; referrals, received and decided."""

from datetime import date, timedelta

import pytest

from services.referrals.domain import (
    NothingChanged,
    Referral,
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


def test_a_decline_keeps_its_reason(referral: Referral) -> None:
    referral.decide(MANAGER, NOW, "declined", "Not ours.", "outside_criteria")
    assert referral.status is Status.DECLINED
    [decision] = referral.decisions
    assert (decision["rationale"], decision["reason_code"]) == ("Not ours.", "outside_criteria")


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

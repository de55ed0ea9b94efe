"""Agencies, onward referrals and unmet needs: what they refuse, and what is kept of them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.referrals.domain import (
    Agency,
    AlreadyAcknowledged,
    AlreadyMet,
    OnwardReferral,
    UnmetNeed,
)
from services.referrals.schemas import OnwardReferralRequest
from shared.contracts.referrals import AgencyDetails
from shared.kernel.actor import Actor
from shared.kernel.ids import new_id
from tests.support.build import NOW, SERVICE_USER

WORKER = Actor("str-worker-1", "STR worker 1", "str_worker")
DETAILS = AgencyDetails(name="North Advice", kinds=("citizens_advice",))
TODAY = date(2026, 11, 21)


@pytest.fixture
def referral() -> OnwardReferral:
    return OnwardReferral.make(
        WORKER,
        NOW,
        new_id(),
        service_user_id=SERVICE_USER,
        team_id="north-cmht",
        agency_kind="citizens_advice",
        agency_id="north-advice",
        agency_version=1,
        need="budgeting",
        consent="consent",
        consented_on=TODAY,
        agency_name=None,
        reason="Letters about arrears.",
        without_consent_reason=None,
    )


def test_an_entry_that_stays_the_same_is_no_new_version() -> None:
    agency = Agency.enter(WORKER, NOW, "north-advice", DETAILS)
    agency.update(WORKER, NOW, DETAILS)
    assert agency.version == 1
    agency.update(WORKER, NOW, replace(DETAILS, status="closed"))
    last: Any = agency.pending_events[-1]
    assert (agency.version, last.changed) == (2, ("status",))
    assert (agency.resource_id, agency.data_subject) == ("north-advice", None)


def test_an_agency_acknowledges_once(referral: OnwardReferral) -> None:
    referral.acknowledge(WORKER, NOW, TODAY, None)
    assert referral.status == "acknowledged"
    with pytest.raises(AlreadyAcknowledged):
        referral.acknowledge(WORKER, NOW, TODAY, "Again.")


def test_a_later_outcome_takes_an_earlier_ones_place(referral: OnwardReferral) -> None:
    referral.end(WORKER, NOW, "on_their_waiting_list", TODAY, None)
    referral.end(WORKER, NOW + timedelta(days=9), "support_received", TODAY, "Weekly.")
    assert referral.status == "ended"
    assert [each["outcome"] for each in referral.outcomes] == [
        "on_their_waiting_list", "support_received",
    ]  # fmt: skip


def test_what_came_of_it_may_be_heard_before_the_acknowledgement(referral: OnwardReferral) -> None:
    referral.end(WORKER, NOW, "support_received", TODAY, None)
    referral.acknowledge(WORKER, NOW, TODAY, None)
    assert referral.status == "ended"


def test_a_need_is_met_once() -> None:
    need = UnmetNeed.record(
        WORKER,
        NOW,
        new_id(),
        service_user_id=SERVICE_USER,
        team_id="north-cmht",
        need="transport",
        why="no_service",
        onward_referral_id=None,
        details=None,
    )
    need.resolve(WORKER, NOW, TODAY, None)
    with pytest.raises(AlreadyMet):
        need.resolve(WORKER, NOW, TODAY, None)


def _request(consent: Any) -> OnwardReferralRequest:
    return OnwardReferralRequest(
        service_user_id=SERVICE_USER, agency_id="north-advice", reason="Arrears.", consent=consent
    )


def test_consent_that_was_simply_given_was_given_today() -> None:
    particulars = _request(True).particulars(TODAY)
    assert (particulars["consent"], particulars["consented_on"]) == ("consent", TODAY)


@pytest.mark.parametrize(
    ("consent", "why"),
    [
        (False, "name another basis"),
        ({"basis": "safeguarding"}, "the reason is needed"),
        ({"basis": "consent", "reason": "Asked."}, "going without consent"),
        ({"basis": "legal_duty", "reason": "x", "given_on": "2026-11-20"}, "day of consent"),
        ("yes", "consent is true"),
        (1, "consent is true"),
        (None, "consent is true"),
    ],
)
def test_consent_is_given_or_explained(consent: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        _request(consent)

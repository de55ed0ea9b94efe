"""A team's referral policy goes by the same mechanism as any team's (ADR 12), with its own rules.

What that mechanism does in full: `tests/unit/notes/test_team_policy.py`.
"""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_core import from_json, to_jsonable_python

from services.referrals.domain import ReferralPolicy
from services.referrals.policy import DEFAULT, TRUST_FLOOR
from services.referrals.settings import ReferralsSettings
from shared.eventstore.mapper import EventMapper
from shared.kernel.actor import Actor
from shared.kernel.team_policy import (
    BelowTrustFloor,
    Draft,
    LooseningNeedsCommittee,
    NothingChanged,
    OwnProposal,
    in_force,
)
from tests.support.build import NOW

MANAGER = Actor("manager-1", "Manager 1", "team_manager")
LEAD = Actor("ig-lead-1", "IG lead 1", "ig_lead")
STRICTER = replace(DEFAULT.rules, caseload_limit=10)
LOOSER = replace(DEFAULT.rules, caseload_limit=15, routes=("manager", "worker"))
COMMITTEE: dict[str, Any] = {"committee_reference": "RC 2026/4", "review_on": date(2027, 5, 31)}
MAPPER = EventMapper("referrals", (ReferralPolicy,))


def begun(rules: Any, **more: Any) -> ReferralPolicy:
    draft = Draft(rules=rules, **more)
    return ReferralPolicy.begin_with(MANAGER, NOW, "north-cmht", draft, TRUST_FLOOR)


def test_what_is_published_and_what_is_proposed() -> None:
    policy = begun(STRICTER)
    policy.replace(MANAGER, NOW, Draft(rules=LOOSER, **COMMITTEE), TRUST_FLOOR)
    assert policy.proposal
    assert policy.proposal["loosened"] == ("routes", "caseload_limit")
    policy.decline(LEAD, NOW, "Not before the new workers have started.")
    policy.replace(MANAGER, NOW, Draft(rules=LOOSER, **COMMITTEE), TRUST_FLOOR)
    policy.approve(LEAD, NOW + timedelta(days=1), "As minuted.", TRUST_FLOOR)
    held = in_force(policy.versions, NOW + timedelta(days=2), DEFAULT)
    assert (held.policy_version, held.rules) == (3, LOOSER)
    assert policy.subject == policy.resource_id == policy.team_id == "north-cmht"

    stored = MAPPER.store(policy, None, None)
    assert [each.type for each in stored] == [
        "countersign.referrals.referral-policy-published.v1",
        "countersign.referrals.referral-policy-proposed.v1",
        "countersign.referrals.referral-policy-declined.v1",
        "countersign.referrals.referral-policy-proposed.v1",
        "countersign.referrals.referral-policy-published.v1",
    ]
    again: Any = None
    for each in stored:
        event: Any = MAPPER.domain_event(ReferralPolicy, from_json(each.body), {})
        again = event.mutate(again)
    assert again == policy


def test_what_is_refused_is_told_by_its_own_rules() -> None:
    with pytest.raises(LooseningNeedsCommittee) as refused:
        begun(LOOSER)
    assert refused.value.members["loosened"] == ("routes", "caseload_limit")
    with pytest.raises(BelowTrustFloor) as below:
        begun(replace(LOOSER, caseload_limit=30), **COMMITTEE)
    assert below.value.members["loosened"] == ("caseload_limit",), "HB 5.10 warns of 30"
    with pytest.raises(NothingChanged):
        begun(DEFAULT.rules)
    with pytest.raises(OwnProposal):
        begun(LOOSER, **COMMITTEE).approve(MANAGER, NOW, None, TRUST_FLOOR)


def test_the_floor_is_the_trusts_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_DSN", "IDEMPOTENCY_SECRET", "KEY_ENCRYPTION_KEYS", "LOOKUP_SECRET"):
        monkeypatch.setenv(f"REFERRALS_{name}", "unused")
    assert ReferralsSettings().trust_floor == TRUST_FLOOR
    floor = replace(TRUST_FLOOR, caseload_limit=16)
    monkeypatch.setenv("REFERRALS_TRUST_FLOOR", json.dumps(to_jsonable_python(floor)))
    assert ReferralsSettings().trust_floor == floor
    monkeypatch.setenv("REFERRALS_TRUST_FLOOR", json.dumps({"caseload_limit": 16}))
    with pytest.raises(ValidationError):
        ReferralsSettings()

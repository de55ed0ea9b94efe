"""A team's supervision policy goes by the mechanism of any team's (ADR 12), with its own rules.

What that mechanism does in full: `tests/unit/notes/test_team_policy.py`.
"""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_core import from_json, to_jsonable_python

from services.supervision.domain import SupervisionPolicy
from services.supervision.policy import DEFAULT, TRUST_FLOOR
from services.supervision.settings import SupervisionSettings
from shared.contracts.supervision import KindRule
from shared.eventstore.mapper import EventMapper
from shared.kernel.actor import Actor
from shared.kernel.team_policy import BelowTrustFloor, Draft, NothingChanged, OwnProposal, in_force
from tests.support.build import NOW

MANAGER = Actor("manager-1", "Manager 1", "team_manager")
LEAD = Actor("ig-lead-1", "IG lead 1", "ig_lead")
STRICTER = replace(DEFAULT.rules, sign_within_days=7)
LOOSER = replace(
    DEFAULT.rules,
    kinds=tuple(each for each in DEFAULT.rules.kinds if each.kind != "peer"),
    target_percent=90,
)
COMMITTEE: dict[str, Any] = {"committee_reference": "SC 2026/4", "review_on": date(2027, 5, 31)}
MAPPER = EventMapper("supervision", (SupervisionPolicy,))


def begun(rules: Any, **more: Any) -> SupervisionPolicy:
    draft = Draft(rules=rules, **more)
    return SupervisionPolicy.begin_with(MANAGER, NOW, "north-cmht", draft, TRUST_FLOOR)


def test_what_is_published_and_what_is_proposed() -> None:
    policy = begun(STRICTER)
    policy.replace(MANAGER, NOW, Draft(rules=LOOSER, **COMMITTEE), TRUST_FLOOR)
    assert policy.proposal
    assert policy.proposal["loosened"] == ("kinds", "target_percent", "sign_within_days")
    policy.decline(LEAD, NOW, "Not before the new supervisors have started.")
    policy.replace(MANAGER, NOW, Draft(rules=LOOSER, **COMMITTEE), TRUST_FLOOR)
    policy.approve(LEAD, NOW + timedelta(days=1), "As minuted.", TRUST_FLOOR)
    held = in_force(policy.versions, NOW + timedelta(days=2), DEFAULT)
    assert (held.policy_version, held.rules) == (3, LOOSER)
    assert policy.subject == policy.resource_id == policy.team_id == "north-cmht"

    stored = MAPPER.store(policy, None, None)
    assert [each.type.split(".")[2] for each in stored] == [
        "supervision-policy-published",
        "supervision-policy-proposed",
        "supervision-policy-declined",
        "supervision-policy-proposed",
        "supervision-policy-published",
    ]
    again: Any = None
    for each in stored:
        event: Any = MAPPER.domain_event(SupervisionPolicy, from_json(each.body), {})
        again = event.mutate(again)
    assert again == policy


def test_what_is_refused_is_told_by_its_own_rules() -> None:
    monthly = replace(DEFAULT.rules, kinds=(KindRule(kind="peer", longest_interval_weeks=4),))
    with pytest.raises(BelowTrustFloor) as below:
        begun(monthly, **COMMITTEE)
    assert below.value.members["loosened"] == ("kinds",), "individual supervision is for everyone"
    with pytest.raises(NothingChanged):
        begun(DEFAULT.rules)
    with pytest.raises(OwnProposal):
        begun(LOOSER, **COMMITTEE).approve(MANAGER, NOW, None, TRUST_FLOOR)


def test_the_floor_is_the_trusts_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_DSN", "IDEMPOTENCY_SECRET", "KEY_ENCRYPTION_KEYS"):
        monkeypatch.setenv(f"SUPERVISION_{name}", "unused")
    assert SupervisionSettings().trust_floor == TRUST_FLOOR
    floor = replace(TRUST_FLOOR, target_percent=90)
    monkeypatch.setenv("SUPERVISION_TRUST_FLOOR", json.dumps(to_jsonable_python(floor)))
    assert SupervisionSettings().trust_floor == floor
    monkeypatch.setenv("SUPERVISION_TRUST_FLOOR", json.dumps({"target_percent": 90}))
    with pytest.raises(ValidationError):
        SupervisionSettings()


def test_the_safeguarding_team_is_the_trusts_to_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_DSN", "IDEMPOTENCY_SECRET", "KEY_ENCRYPTION_KEYS"):
        monkeypatch.setenv(f"SUPERVISION_{name}", "unused")
    assert SupervisionSettings().safeguarding_team == "safeguarding"
    monkeypatch.setenv("SUPERVISION_SAFEGUARDING_TEAM", "mash")
    assert SupervisionSettings().safeguarding_team == "mash"
    for wrong in ("", "no one"):
        monkeypatch.setenv("SUPERVISION_SAFEGUARDING_TEAM", wrong)
        with pytest.raises(ValidationError):
            SupervisionSettings()

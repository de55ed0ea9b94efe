"""The demo team's supervision keeps to what the service asks for, on whatever day it is seeded."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic_core import to_json

from deploy.local.personas import BY_SUB, COUNCIL, TRUST
from deploy.local.seed.groups import GROUPS
from deploy.local.seed.learning import TRAINING
from deploy.local.seed.outcomes import CASE_DECISIONS, DEVELOPMENT_PLANS, DISCLOSURES, ISSUES
from deploy.local.seed.people import BY_KEY, PEOPLE
from deploy.local.seed.session import Session
from deploy.local.seed.sessions import BY_SESSION, SESSIONS
from deploy.local.seed.supervision import AGREEMENTS, BY_AGREEMENT
from services.supervision.policy import DEFAULT, phrases
from services.supervision.schemas import (
    AgreementRequest,
    CaseDecisionRequest,
    DevelopmentPlanRequest,
    DisclosureRequest,
    GroupSupervisionRequest,
    IssueRequest,
    NotHeldRequest,
    RecordRequest,
    TrainingRequest,
)

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
A_WEEK = [NOW + timedelta(days=each) for each in range(7)]
ID = "01a00000-0000-7000-8000-000000000001"
SERVICE_USERS = dict.fromkeys(BY_KEY, ID)
AGREED = {key: f"01a00000-0000-7000-8000-{number:012}" for number, key in enumerate(BY_AGREEMENT)}
HELD = [each for each in SESSIONS if each.record]


def test_everything_sent_is_well_formed() -> None:
    sent: list[tuple[Any, dict[str, Any]]] = [
        *((AgreementRequest, each.body(NOW)) for each in AGREEMENTS),
        *((RecordRequest, each.recorded(SERVICE_USERS, NOW)) for each in HELD),
        *((NotHeldRequest, each.not_held.body()) for each in SESSIONS if each.not_held),
        *((GroupSupervisionRequest, each.body(AGREED, NOW)) for each in GROUPS),
        *((CaseDecisionRequest, each.body(SERVICE_USERS)) for each in CASE_DECISIONS),
        *((DisclosureRequest, each.body()) for each in DISCLOSURES),
        *((IssueRequest, each.body()) for each in ISSUES),
        *((DevelopmentPlanRequest, each.body(AGREED, NOW)) for each in DEVELOPMENT_PLANS),
        *((TrainingRequest, each.body(NOW)) for each in TRAINING),
    ]
    for model, body in sent:
        model.model_validate_json(to_json(body))


def test_agreements_are_of_kinds_that_the_policy_has_and_not_too_far_apart() -> None:
    longest = {each.kind: each.longest_interval_weeks for each in DEFAULT.rules.kinds}
    for each in AGREEMENTS:
        most = longest[each.kind]
        assert most is not None
        assert each.weeks is not None
        assert each.weeks <= most
        assert each.worker != each.supervisor
        assert BY_SUB[each.worker].level
    of_one = Counter((each.worker, each.supervisor, each.kind) for each in AGREEMENTS)
    assert set(of_one.values()) == {1}
    assert len(BY_AGREEMENT) == len(AGREEMENTS)


def test_a_worker_has_supervisors_of_two_organisations() -> None:
    employers = {
        BY_SUB[each.supervisor].employer for each in AGREEMENTS if each.worker == "str-worker-1"
    }
    assert employers == {TRUST, COUNCIL}
    several = {sub: persona for sub, persona in BY_SUB.items() if persona.employments}
    assert several.keys() == {"str-worker-3", "str-worker-9"}
    for persona in several.values():
        assert persona.employments[0].employer == persona.employer
        assert persona.employments[0].teams == persona.teams
        assert len(persona.employments) == 2


@pytest.mark.parametrize("now", A_WEEK, ids=str)
def test_sessions_are_on_working_days_while_the_agreement_held(now: datetime) -> None:
    for each in SESSIONS:
        on = each.on(now)
        assert on.weekday() < 5
        assert on >= each.agreement.starts_on(now)
        ahead = each.record is None and each.not_held is None
        assert (datetime.fromisoformat(each.at(now)) > now) is ahead
        started_on = BY_SUB[each.agreement.worker].started_on
        assert started_on
        assert started_on <= on
    for group in GROUPS:
        held_at = datetime.fromisoformat(group.body(AGREED, now)["held_at"])
        assert held_at.weekday() < 5
        assert held_at < now
        for part in group.parts:
            assert held_at.date() >= BY_AGREEMENT[part.of].starts_on(now)
            assert BY_AGREEMENT[part.of].supervisor == group.supervisor


def test_of_each_agreement_the_last_session_stands_first() -> None:
    by_agreement: dict[str, list[Session]] = {}
    for each in SESSIONS:
        by_agreement.setdefault(each.of, []).append(each)
    for of_one in by_agreement.values():
        assert [each.days_ago for each in of_one] == sorted(each.days_ago for each in of_one)
    assert [each.days_ago for each in GROUPS] == sorted(each.days_ago for each in GROUPS)
    assert len(BY_SESSION) == len(SESSIONS)


def test_records_speak_of_people_whom_the_worker_sees() -> None:
    for each in HELD:
        assert each.record
        for person in each.record.cases:
            assert BY_KEY[person].referral.worker == each.agreement.worker
    for decided in CASE_DECISIONS:
        held = BY_SESSION[decided.session]
        assert held.record
        assert decided.person in held.record.cases
        assert BY_KEY[decided.person].care_coordinator == held.agreement.supervisor


def test_themes_are_as_they_are_kept() -> None:
    themes = [*(each.record.themes for each in HELD if each.record), *(g.themes for g in GROUPS)]
    for each in themes:
        assert each == phrases(each)


def test_nobody_is_named() -> None:
    """Whoever is spoken of is by their role, and no service user by a name or a number."""
    said = str([AGREEMENTS, SESSIONS, GROUPS, CASE_DECISIONS, DISCLOSURES, ISSUES, TRAINING])
    assert not re.search(r"\d{6}", said)
    assert not any(f"Service User {each.family}" in said for each in PEOPLE)


def test_who_has_to_learn_what() -> None:
    known = {(each.worker, each.course) for each in TRAINING}
    assert len(known) == len(TRAINING)
    for each in TRAINING:
        body, persona = each.body(NOW), BY_SUB[each.worker]
        assert persona.started_on
        on = date.fromisoformat(str(body["completed_on"]))
        assert on < NOW.date()
        if each.on:
            assert persona.started_on < on
    expires = {
        (each.worker, each.course): date.fromisoformat(str(each.body(NOW)["expires_on"]))
        for each in TRAINING
        if each.good_for
    }
    assert NOW.date() < expires["str-worker-1", "first_aid"] < NOW.date() + timedelta(days=28)
    assert expires["str-worker-3", "medicines"] < NOW.date()

"""What an auditor may see, and how engagements are agreed and ended."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.audit.domain import ApproverIsAuditor, Engagement, EngagementOver, OwnEngagement
from services.audit.policy import GOVERNANCE, Sight, refuse_term
from shared.contracts.access import EngagementAgreed
from shared.kernel.actor import Actor
from shared.kernel.engagement import Scope, Terms
from shared.kernel.errors import Malformed
from shared.kernel.ids import new_id
from tests.support.build import NOW, SERVICE_USER

IG_LEAD = Actor("ig-lead-1", "IG lead 1", "ig_lead")
SOMEONE_ELSE = "01a00000-0000-7000-8000-000000000002"
PERSON = str(SERVICE_USER)


def terms(**changes: Any) -> EngagementAgreed:
    fields: dict[str, Any] = {
        "auditor_id": "auditor-1",
        "purpose": "Quarterly record-keeping audit.",
        "approver_id": "ig-lead-2",
        "starts_at": NOW,
        "ends_at": NOW + timedelta(days=30),
    }
    return EngagementAgreed(**{**fields, **changes})


def agreed(**changes: Any) -> Engagement:
    return Engagement.agree(IG_LEAD, NOW, new_id(), terms(**changes))


def test_naming_nobody_covers_everything() -> None:
    assert Scope.agreed((), ()).covers(None, ())


@pytest.mark.parametrize(
    ("scope", "covers"),
    [
        (Scope.agreed(("north-cmht",), ()), True),
        (Scope.agreed(("south-cmht",), ()), False),
        (Scope.agreed((), (SERVICE_USER,)), True),
        (Scope.agreed((), (SOMEONE_ELSE,)), False),
        (Scope.agreed(("south-cmht",), (SERVICE_USER,)), True),
    ],
)
def test_a_scope_covers_its_teams_and_its_people(scope: Scope, covers: bool) -> None:
    assert scope.covers("north-cmht", (PERSON, "nurse-1")) is covers


def test_what_belongs_to_no_team_is_covered_by_no_team() -> None:
    assert not Scope.agreed(("north-cmht",), ()).covers(None, ())


def test_several_engagements_show_what_any_covers_and_names_where_one_allows_them() -> None:
    north = Terms(new_id(), Scope.agreed(("north-cmht",), ()), identities=False)
    person = Terms(new_id(), Scope.agreed((), (SERVICE_USER,)), identities=True)
    seen = Sight((north, person))
    assert seen.scope.covers("north-cmht", ())
    assert seen.scope.covers(None, (PERSON,))
    assert not seen.scope.covers("south-cmht", (SOMEONE_ELSE,))
    assert seen.identifies("north-cmht", (PERSON,))
    assert not seen.identifies("north-cmht", (SOMEONE_ELSE,))
    assert not seen.identifies("south-cmht", (SOMEONE_ELSE,))
    assert seen.engagement_id == person.id


def test_the_widest_engagement_is_put_on_record() -> None:
    narrow = Terms(new_id(), Scope.agreed((), (SERVICE_USER,)), identities=True)
    wide = Terms(new_id(), Scope.agreed((), ()), identities=False)
    seen = Sight((narrow, wide))
    assert seen.engagement_id == wide.id
    assert not seen.identifies("north-cmht", (SOMEONE_ELSE,))


def test_governance_sees_everything_under_no_engagement() -> None:
    seen = Sight((GOVERNANCE,))
    assert seen.identifies(None, ())
    assert seen.engagement_id is None


@pytest.mark.parametrize(
    ("starts_at", "ends_at"),
    [
        (NOW - timedelta(days=2), NOW),
        (NOW + timedelta(days=2), NOW + timedelta(days=1)),
        (NOW, NOW.replace(year=NOW.year + 1) + timedelta(seconds=1)),
        (NOW, NOW.replace(year=NOW.year + 2)),
        (datetime(2028, 2, 29, tzinfo=UTC), datetime(2029, 3, 1, tzinfo=UTC)),
    ],
)
def test_terms_that_are_refused(starts_at: datetime, ends_at: datetime) -> None:
    with pytest.raises(Malformed):
        refuse_term(starts_at, ends_at, NOW)


@pytest.mark.parametrize(
    ("starts_at", "ends_at"),
    [
        (NOW, NOW.replace(year=NOW.year + 1)),
        (NOW - timedelta(days=30), NOW + timedelta(seconds=1)),
        (datetime(2028, 2, 29, tzinfo=UTC), datetime(2029, 2, 28, tzinfo=UTC)),
        (datetime(9999, 12, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)),
    ],
)
def test_terms_that_are_not(starts_at: datetime, ends_at: datetime) -> None:
    refuse_term(starts_at, ends_at, NOW)


def test_nobody_approves_or_agrees_their_own() -> None:
    with pytest.raises(ApproverIsAuditor):
        agreed(approver_id="auditor-1")
    with pytest.raises(OwnEngagement):
        agreed(auditor_id="ig-lead-1")
    assert agreed(approver_id="ig-lead-1").approver_id == "ig-lead-1"


def test_ending_before_its_time() -> None:
    engagement = agreed()
    later = NOW + timedelta(days=3)
    engagement.end(IG_LEAD, later, "The audit is done.")
    assert (engagement.until, engagement.end_reason) == (later, "The audit is done.")
    with pytest.raises(EngagementOver):
        engagement.end(IG_LEAD, later, "Again.")


def test_what_has_lapsed_can_not_be_ended() -> None:
    with pytest.raises(EngagementOver):
        agreed().end(IG_LEAD, NOW + timedelta(days=30), "Late.")

"""Break-glass: how long, how often, and who reviews it."""

from datetime import datetime, timedelta

import pytest

from services.notes.domain import AccessOverride, AlreadyReviewed, OwnOverride
from services.notes.policy import renewal, until
from shared.kernel.actor import Actor
from shared.kernel.errors import Malformed
from shared.kernel.ids import new_id
from shared.kernel.relationship import Shift
from tests.support.build import NOW, NURSE, SERVICE_USER

LEAD = Actor("ig-lead-1", "IG lead 1", "ig_lead")
HOUR = timedelta(hours=1)


def broken_glass(by: Actor = NURSE) -> AccessOverride:
    return AccessOverride.grant(
        by,
        NOW,
        new_id(),
        service_user_id=SERVICE_USER,
        team_id="north-cmht",
        reason_code="emergency",
        reason="Found unwell in the street, and nobody of the team answers.",
        until=NOW + HOUR,
        review_due_at=NOW + timedelta(days=3),
        renewal=0,
        restricted=False,
    )


@pytest.mark.parametrize(
    ("requested", "shift_ends", "expected"),
    [
        (None, None, 12),
        (None, 8, 8),
        (None, 13, 12),
        (2, None, 2),
        (2, 8, 2),
        (9, 8, 8),
        (12, None, 12),
    ],
)
def test_the_glass_closes_with_the_shift_and_after_twelve_hours_at_most(
    requested: int | None, shift_ends: int | None, expected: int
) -> None:
    asked = None if requested is None else NOW + requested * HOUR
    shift = None if shift_ends is None else Shift("north-cmht", NOW - HOUR, NOW + shift_ends * HOUR)
    assert until(asked, shift, NOW) == NOW + expected * HOUR


@pytest.mark.parametrize("asked", [NOW, NOW - HOUR, NOW + 12 * HOUR + timedelta(seconds=1)])
def test_no_glass_stays_open_longer_or_is_broken_for_the_past(asked: datetime) -> None:
    with pytest.raises(Malformed) as refused:
        until(asked, None, NOW)
    assert refused.value.pointer == "#/until"


def test_renewals_are_counted_until_there_is_a_gap() -> None:
    assert renewal(None, 0, NOW) == 0
    assert renewal(NOW + HOUR, 0, NOW) == 1
    assert renewal(NOW - 12 * HOUR, 4, NOW) == 5
    assert renewal(NOW - 13 * HOUR, 4, NOW) == 0


def test_someone_else_reviews_it_once() -> None:
    override = broken_glass()
    override.review(LEAD, NOW, "not_justified", "The duty desk had answered.")
    assert override.reviewed is not None
    assert override.reviewed["outcome"] == "not_justified"
    with pytest.raises(AlreadyReviewed):
        override.review(LEAD, NOW, "justified", "On second thoughts.")


def test_nobody_reviews_their_own() -> None:
    with pytest.raises(OwnOverride):
        broken_glass(LEAD).review(LEAD, NOW, "justified", "It was me.")

"""The record-keeping policy: late, flagged, due when."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notes.policy import DEFAULT, Author, judge, refuse_future
from shared.contracts.notes import BoundaryActivity, Concern
from shared.kernel.errors import Malformed
from tests.support.build import NOW, account, contact

UNREGISTERED = Author(registered=False, related=True)
CONCERN = Concern(kind="risk", urgency="urgent", description="Said she felt unsafe.")


def test_a_note_is_late_after_a_day_and_its_reason_is_asked_for() -> None:
    old = contact(occurred_at=NOW - timedelta(hours=24, seconds=1))
    found = judge(DEFAULT, UNREGISTERED, old, account(), NOW, NOW)
    assert found.flags == ("late",)
    assert found.outstanding == ("late_entry_reason",)
    given_ = account(late_entry_reason="Signal was lost.")
    assert judge(DEFAULT, UNREGISTERED, old, given_, NOW, NOW).outstanding == ()
    on_time = contact(occurred_at=NOW - timedelta(hours=24))
    assert judge(DEFAULT, UNREGISTERED, on_time, account(), NOW, NOW).flags == ()


def test_what_happened_without_a_relationship_is_flagged() -> None:
    author = Author(registered=True, related=False)
    assert judge(DEFAULT, author, contact(), account(), NOW, NOW).flags == ("no_relationship",)


def test_outside_the_role_is_always_countersigned() -> None:
    outside = BoundaryActivity(boundary="medication", practice="outside_role")
    registered = Author(registered=True, related=True)
    words = account(boundary_activities=(outside,))
    found = judge(DEFAULT, registered, contact(), words, NOW, NOW)
    assert found.flags == ("outside_role",)
    assert found.countersignature.required
    assert found.countersignature.reasons == ("outside_role",)


@pytest.mark.parametrize(
    ("recorded", "due"),
    [
        ("2026-11-16T09:00:00Z", "2026-11-19T23:59:59Z"),  # Monday: Thursday
        ("2026-11-18T09:00:00Z", "2026-11-23T23:59:59Z"),  # Wednesday: over the weekend
        ("2026-11-20T23:59:00Z", "2026-11-25T23:59:59Z"),  # Friday
        ("2026-11-21T09:00:00Z", "2026-11-25T23:59:59Z"),  # Saturday
    ],
)
def test_due_within_three_working_days(recorded: str, due: str) -> None:
    at = datetime.fromisoformat(recorded)
    found = judge(DEFAULT, UNREGISTERED, contact(occurred_at=at), account(), at, at)
    assert found.countersignature.due_at == datetime.fromisoformat(due)


def test_a_concern_is_due_in_a_day() -> None:
    found = judge(DEFAULT, UNREGISTERED, contact(), account(concern=CONCERN), NOW, NOW)
    assert found.countersignature.due_at == NOW + timedelta(hours=24)
    assert found.countersignature.reasons == ("author_not_registered", "concern_raised")


def test_a_registered_authors_note_is_due_nothing() -> None:
    author = Author(registered=True, related=True)
    found = judge(DEFAULT, author, contact(), account(concern=CONCERN), NOW, NOW)
    assert not found.countersignature.required
    assert found.countersignature.due_at is None


def test_the_future_is_refused_beyond_a_minute() -> None:
    refuse_future(NOW + timedelta(seconds=60), NOW)
    with pytest.raises(Malformed) as refused:
        refuse_future(NOW + timedelta(seconds=61), NOW)
    assert refused.value.pointer == "#/occurred_at"


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_due_date_is_a_working_day_three_to_five_days_on(at: datetime) -> None:
    due = judge(
        DEFAULT, UNREGISTERED, contact(occurred_at=at), account(), at, at
    ).countersignature.due_at
    assert due
    assert due.weekday() < 5
    assert 3 <= (due.date() - at.date()).days <= 5

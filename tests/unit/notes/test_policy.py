"""The record-keeping policy: late, flagged, due when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notes.policy import (
    DEFAULT,
    Author,
    Before,
    InForce,
    Plan,
    end_of_working_day,
    judge,
    newly_queried,
)
from shared.contracts.notes import (
    Account,
    BoundaryActivity,
    Concern,
    Contact,
    QueriedActivity,
)
from shared.kernel.errors import Malformed
from shared.kernel.times import refuse_future
from tests.support.build import NOW, account, contact

UNREGISTERED = Author(registered=False, related=True)
REGISTERED = Author(registered=True, related=True)
CONCERN = Concern(kind="risk", urgency="urgent", description="Said she felt unsafe.")
OUTSIDE = BoundaryActivity(boundary="medication", practice="outside_role")
PLAN = Plan(UUID(int=1), "CP-7", frozenset({("medication", "prompt")}), NOW.date(), NOW.date())
STRICT = InForce(2, replace(DEFAULT.rules, late_after_hours=1))
BANK_HOLIDAYS = {
    date.fromisoformat(day)
    for day in (
        "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31",
        "2026-12-25", "2026-12-28", "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03",
        "2027-05-31", "2027-08-30", "2027-12-27", "2027-12-28", "2028-01-03",
    )
}  # fmt: skip
"""England's, as published on GOV.UK; 2026-12-26 and 2027-12-25 and -26 fall on weekends."""
LONDON = ZoneInfo("Europe/London")


def _before(
    policy: InForce, contact_: Contact, account_: Account, *, concern: bool = False
) -> Before:
    """A version as it was judged when it was recorded."""
    judged = judge(policy, UNREGISTERED, contact_, account_, NOW, NOW)
    return Before(policy, contact_, account_, judged, concern=concern)


def test_a_note_is_late_after_a_day_and_its_reason_is_asked_for() -> None:
    old = contact(occurred_at=NOW - timedelta(hours=24, seconds=1))
    found = judge(DEFAULT, UNREGISTERED, old, account(), NOW, NOW)
    assert found.flags == ("late",)
    assert found.outstanding == ("late_entry_reason",)
    given_ = account(late_entry_reason="Signal was lost.")
    assert judge(DEFAULT, UNREGISTERED, old, given_, NOW, NOW).outstanding == ()
    on_time = contact(occurred_at=NOW - timedelta(hours=24))
    assert judge(DEFAULT, UNREGISTERED, on_time, account(), NOW, NOW).flags == ()


def test_an_amendment_is_late_by_the_policy_of_when_the_note_was_recorded() -> None:
    """Nothing applies backwards: neither a stricter limit nor a looser one."""
    then, later = contact(occurred_at=NOW - timedelta(hours=2)), NOW + timedelta(days=1)
    was = _before(DEFAULT, then, account())
    same = judge(STRICT, UNREGISTERED, then, account(), NOW, later, was)
    assert same.flags == ()
    moved = contact(occurred_at=NOW - timedelta(hours=3))
    assert judge(STRICT, UNREGISTERED, moved, account(), NOW, later, was).flags == ()
    older = contact(occurred_at=NOW - timedelta(hours=25))
    assert judge(STRICT, UNREGISTERED, older, account(), NOW, later, was).flags == ("late",)
    assert same.countersignature.policy_version == 2, "what is asked for is of today's policy"

    was_late = _before(STRICT, then, account())
    again = judge(DEFAULT, UNREGISTERED, contact(occurred_at=NOW), account(), NOW, later, was_late)
    assert again.flags == ("late",), "what was once late stays so"


def test_what_happened_without_a_relationship_is_flagged() -> None:
    author = Author(registered=True, related=False)
    assert judge(DEFAULT, author, contact(), account(), NOW, NOW).flags == ("no_relationship",)


def test_outside_the_role_is_always_countersigned() -> None:
    words = account(boundary_activities=(OUTSIDE,))
    found = judge(DEFAULT, REGISTERED, contact(), words, NOW, NOW)
    assert found.flags == ("outside_role",)
    assert found.countersignature.required
    assert found.countersignature.reasons == ("outside_role",)


def test_what_was_outside_the_role_or_a_concern_stays_so_after_an_amendment() -> None:
    was = _before(DEFAULT, contact(), account(boundary_activities=(OUTSIDE,)), concern=True)
    found = judge(DEFAULT, REGISTERED, contact(), account(), NOW, NOW, was)
    assert found.flags == ("outside_role",)
    assert found.countersignature.reasons == ("outside_role", "concern_raised")
    assert found.countersignature.due_at == NOW + timedelta(hours=24)


def test_authority_that_was_settled_is_not_asked_for_again_unless_the_activity_changes() -> None:
    prompt = BoundaryActivity(boundary="medication", practice="delegated_task", task="prompt")
    words = account(boundary_activities=(prompt,))
    was = _before(DEFAULT, contact(), words)
    assert was.judgement.outstanding == ("boundary_authority",)
    settled = replace(was, judgement=replace(was.judgement, outstanding=()))
    more = replace(words, narrative="Cooked, and reminded him of his tablets.")
    again = judge(DEFAULT, UNREGISTERED, contact(), more, NOW, NOW, settled)
    assert again.outstanding == ()
    assert "outside_role" in again.countersignature.reasons
    named = account(boundary_activities=(replace(prompt, authority="CP-7"),))
    known = replace(UNREGISTERED, plans=(PLAN,))
    now = judge(DEFAULT, known, contact(), named, NOW, NOW, was)
    assert now.outstanding == ()
    assert "outside_role" not in now.countersignature.reasons
    other = account(boundary_activities=(replace(prompt, task="administer"),))
    assert judge(DEFAULT, UNREGISTERED, contact(), other, NOW, NOW, settled).outstanding == (
        "boundary_authority",
    )


PROMPT = BoundaryActivity(
    boundary="medication", practice="delegated_task", task="Prompt", authority=" cp-7"
)
PLANNED = replace(UNREGISTERED, plans=(PLAN,))
YESTERDAY = contact(occurred_at=NOW - timedelta(days=1))


def test_a_plan_authorises_on_its_days_and_to_move_the_day_alone_asks_nothing() -> None:
    words = account(boundary_activities=(PROMPT,))
    held = judge(DEFAULT, PLANNED, contact(), words, NOW, NOW)
    assert held.outstanding == ()
    asked = judge(DEFAULT, PLANNED, YESTERDAY, words, NOW, NOW)
    assert asked.outstanding == ("boundary_authority",)
    was = Before(DEFAULT, contact(), words, held, concern=False)
    moved = judge(DEFAULT, PLANNED, YESTERDAY, words, NOW, NOW, was)
    assert moved.outstanding == ()
    assert newly_queried(DEFAULT.rules, PLANNED, YESTERDAY, words, was) == ()


def test_an_amendment_asks_what_was_not_asked_before() -> None:
    """Of what is asked now, all that the version before was not asked about, on its own day."""
    unnamed = account(boundary_activities=(replace(PROMPT, authority=None),))
    both = account(boundary_activities=(*unnamed.boundary_activities, OUTSIDE))
    missing = QueriedActivity(boundary="medication", why="authority_missing")
    outside = QueriedActivity(boundary="medication", why="outside_role")

    def asks(then: Contact, before: Account, now: Account) -> tuple[QueriedActivity, ...]:
        judged = judge(DEFAULT, PLANNED, then, before, NOW, NOW)
        was = Before(DEFAULT, then, before, judged, concern=False)
        return newly_queried(DEFAULT.rules, PLANNED, contact(), now, was)

    named = account(boundary_activities=(PROMPT,))
    assert asks(contact(), account(), named) == ()
    assert asks(contact(), account(), unnamed) == (missing,)
    assert asks(contact(), named, unnamed) == (missing,)
    assert asks(YESTERDAY, named, unnamed) == (), "of that day it was asked"
    assert asks(contact(), unnamed, both) == (outside,)
    assert asks(contact(), both, unnamed) == ()


@pytest.mark.parametrize(
    ("recorded", "due"),
    [
        ("2026-11-16T09:00:00Z", "2026-11-19T23:59:59Z"),  # Monday: Thursday
        ("2026-11-18T09:00:00Z", "2026-11-23T23:59:59Z"),  # Wednesday: over the weekend
        ("2026-11-20T23:59:00Z", "2026-11-25T23:59:59Z"),  # Friday
        ("2026-11-21T09:00:00Z", "2026-11-25T23:59:59Z"),  # Saturday
        ("2026-12-23T09:00:00Z", "2026-12-30T23:59:59Z"),  # over Christmas and its bank holidays
        ("2026-04-02T09:00:00Z", "2026-04-09T22:59:59Z"),  # over Easter; in summer time
    ],
)
def test_due_within_three_working_days(recorded: str, due: str) -> None:
    at = datetime.fromisoformat(recorded)
    found = judge(DEFAULT, UNREGISTERED, contact(occurred_at=at), account(), at, at)
    assert found.countersignature.due_at == datetime.fromisoformat(due)


def test_the_future_is_refused_beyond_a_minute() -> None:
    refuse_future(NOW + timedelta(seconds=60), NOW, "occurred_at")
    with pytest.raises(Malformed) as refused:
        refuse_future(NOW + timedelta(seconds=61), NOW, "occurred_at")
    assert refused.value.pointer == "#/occurred_at"


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 11, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    days=st.integers(1, 20),
)
def test_it_is_due_at_the_end_of_that_many_working_days_on(at: datetime, days: int) -> None:
    due = end_of_working_day(at, days).astimezone(LONDON)
    begun, last = at.astimezone(LONDON).date(), due.date()
    between = (begun + timedelta(days=n) for n in range(1, (last - begun).days + 1))
    worked = [day for day in between if day.weekday() < 5 and day not in BANK_HOLIDAYS]
    assert len(worked) == days
    assert worked[-1] == last, "it is due on a working day"
    assert due.time().isoformat() == "23:59:59"

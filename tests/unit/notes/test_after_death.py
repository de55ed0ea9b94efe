"""Notes of what happened after somebody's death are marked, and none is refused for it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.notes.policy import DEFAULT, Author, Before, is_after_death, judge
from shared.contracts.notes import Contact
from tests.support.build import NOW, account, contact

AUTHOR = Author(registered=True, related=True)
DIED = date(2026, 11, 18)


def _before(when: Contact, *, after_death: bool) -> Before:
    judged = judge(DEFAULT, AUTHOR, when, account(), NOW, NOW, after_death=after_death)
    return Before(DEFAULT, when, account(), judged, concern=False)


@pytest.mark.parametrize(
    ("occurred_at", "after"),
    [
        ("2026-11-17T10:00:00Z", False),
        ("2026-11-18T23:59:59Z", False),  # who knows at what hour it was
        ("2026-11-19T00:00:00Z", True),
        ("2026-11-20T10:00:00Z", True),
    ],
)
def test_what_is_of_a_later_day_is_after_the_death(occurred_at: str, after: bool) -> None:
    when = contact(occurred_at=datetime.fromisoformat(occurred_at))
    assert is_after_death(when, DIED) is after
    assert is_after_death(when, None) is False


def test_the_day_is_the_day_in_england() -> None:
    """Half past eleven of UTC's evening is the next day there, in summer."""
    evening = contact(occurred_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    assert is_after_death(evening, date(2026, 6, 30))
    assert not is_after_death(evening, date(2026, 7, 1))


def test_the_flag_is_all_that_it_does() -> None:
    plain = judge(DEFAULT, AUTHOR, contact(), account(), NOW, NOW)
    marked = judge(DEFAULT, AUTHOR, contact(), account(), NOW, NOW, after_death=True)
    assert marked.flags == ("after_death",)
    assert replace(marked, flags=()) == plain


def test_a_death_that_becomes_known_later_marks_nothing_that_was_recorded_before() -> None:
    when = contact()
    was = _before(when, after_death=False)
    assert is_after_death(when, DIED, was) is False
    moved = contact(occurred_at=when.occurred_at - timedelta(hours=1))
    assert is_after_death(moved, DIED, was) is True, "what an amendment says anew is judged"


def test_what_was_once_marked_stays_so() -> None:
    was = _before(contact(), after_death=True)
    earlier = contact(occurred_at=datetime(2026, 11, 1, 9, tzinfo=UTC))
    assert is_after_death(earlier, DIED, was)
    assert is_after_death(contact(), None, was), "though the death was taken back"

"""Where two copies of a range of events differ, and how fast a round of comparing goes."""

import pytest

from services.audit.policy import (
    AT_ONCE,
    Between,
    Difference,
    Known,
    differences,
    ranges_at_once,
)

SAME = {position: Known(f"event-{position}", bytes([position])) for position in (2, 4, 6, 8)}
DAY = 86_400


def test_the_same() -> None:
    assert differences(SAME, SAME) == []
    assert differences({}, {}) == []


def test_each_kind_by_position() -> None:
    theirs = {
        2: Known("event-2", b"other bytes"),
        3: Known("event-3", b"slipped in"),
        6: Known("another event", SAME[6].digest),
        8: SAME[8],
    }
    assert differences(theirs, SAME) == [
        Difference("digest", 2),
        Difference("unpublished", 3),
        Difference("missing", 4),
        Difference("digest", 6),
    ]


def test_what_an_open_gap_explains() -> None:
    lacking = {position: SAME[position] for position in (2, 8)}
    assert differences(SAME, lacking, gaps=[Between(2, 8)]) == []
    assert differences(SAME, lacking, gaps=[Between(2, 6)]) == [Difference("unpublished", 6)]


def test_what_a_store_that_was_set_back_explains() -> None:
    left = {position: SAME[position] for position in (2, 4)}
    assert differences(left, SAME, lost=[Between(4, 9)]) == []
    assert differences(left, SAME, lost=[Between(4, 8)]) == [Difference("missing", 8)]
    changed = {**SAME, 6: Known("event-6", b"other bytes")}
    assert differences(changed, SAME, lost=[Between(4, 9)]) == [Difference("digest", 6)]


@pytest.mark.parametrize(
    ("size", "seconds", "ranges"),
    [
        (0, DAY, 1),
        (AT_ONCE, DAY, 1),
        (15_000_000, DAY, 1),
        (300_000_000, DAY, 7),
        (1_000_000_000_000, DAY, 20),
        (50_000, 10, 10),
        (50_000, 0.1, 20),
    ],
)
def test_a_round_ends_in_half_the_time(size: int, seconds: float, ranges: int) -> None:
    assert ranges_at_once(size, seconds) == ranges

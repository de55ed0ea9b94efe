"""Small numbers are hidden, and none can be worked out: every table that fits is tried."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from services.referrals.policy import (
    START,
    Decided,
    Line,
    Unmet,
    decided,
    decisions_table,
    hidden,
    unmet_table,
)
from services.referrals.policy.disclosure import SMALL
from shared.contracts.referrals import DeclineReason, Outcome

Table = Mapping[tuple[int, int], int]
COUNTS = st.integers(0, 9)
DECISIONS: tuple[tuple[Outcome, DeclineReason | None], ...] = (
    ("accepted", None),
    ("declined", "no_capacity"),
    ("declined", "other"),
)


def _lines(cells: Table) -> list[Line]:
    """A table of rows and columns, with the totals of both and of all."""
    numbers = _with_totals(cells)
    return [
        *(Line(("cell", *c), ("row", c[0]), ("column", c[1]), n) for c, n in cells.items()),
        *(
            Line(key, START, key, number, total=True)
            for key, number in numbers.items()
            if key[0] == "row"
        ),
        *(
            Line(key, key, "end", number, total=True)
            for key, number in numbers.items()
            if key[0] == "column"
        ),
        Line(("all",), "end", START, numbers["all",], total=True),
    ]


def _with_totals(cells: Table) -> Counter[tuple[Hashable, ...]]:
    numbers: Counter[tuple[Hashable, ...]] = Counter()
    for (row, column), count in cells.items():
        numbers["cell", row, column] = count
        numbers["row", row] += count
        numbers["column", column] += count
        numbers["all",] += count
    return numbers


def _others(free: Sequence[Any], cells: Mapping[Any, int]) -> Iterator[dict[Any, int]]:
    """Tables that differ by one here and there, in what isn't shown.

    Nothing further away is needed: where a whole number could differ, it could differ by one.
    """
    for steps in product((0, 1, -1), repeat=len(free)):
        yield {**cells, **{key: cells[key] + step for key, step in zip(free, steps, strict=True)}}


def _guarded(cells: Table) -> frozenset[Any]:
    """What is small, or in a row or a column or a table whose total is."""
    numbers = _with_totals(cells)
    small = {key for key, number in numbers.items() if 0 < number < SMALL}
    if ("all",) in small:
        return frozenset(numbers)
    within = {("cell", *c) for c in cells if {("row", c[0]), ("column", c[1])} & small}
    return frozenset(small | within)


def _fits(
    true: Mapping[Any, int],
    other: Mapping[Any, int],
    away: frozenset[Any],
    guarded: frozenset[Any],
    guarded_then: frozenset[Any],
) -> bool:
    """Whether a reader who knows how we hide could take `other` for the table."""
    return all(
        other[key] >= 0
        and (
            other[key] == number
            if key not in away
            else key in guarded_then
            if key in guarded
            else other[key] >= SMALL
        )
        for key, number in true.items()
    )


TABLES = st.tuples(st.integers(1, 3), st.integers(1, 3)).flatmap(
    lambda size: st.fixed_dictionaries(dict.fromkeys(product(*map(range, size)), COUNTS))
)


def _possible(cells: Table, away: frozenset[Any]) -> Iterator[Counter[Any]]:
    """Every table near this one that a reader could take for it."""
    true, guarded = _with_totals(cells), _guarded(cells)
    free = [cell for cell in cells if ("cell", *cell) in away]
    for other in _others(free, cells):
        numbers = _with_totals(other)
        if _fits(true, numbers, away, guarded, _guarded(other)):
            yield numbers


@given(TABLES)
@settings(max_examples=150, deadline=None)
def test_no_small_number_can_be_worked_out(cells: dict[tuple[int, int], int]) -> None:
    true: Counter[Any] = _with_totals(cells)
    away = hidden(_lines(cells))
    small = {key for key, number in true.items() if 0 < number < SMALL}
    assert _guarded(cells) <= away
    if away == true.keys():
        return
    assert not any(true[key] == 0 for key in away - _guarded(cells))
    undecided: set[Any] = set(small)
    undecided |= {
        ("cell", row, column)
        for (row, column), count in cells.items()
        if not count
        and ("cell", row, column) in away
        and true["row", row]
        and true["column", column]
    }
    for numbers in _possible(cells, away):
        undecided -= {key for key in undecided if numbers[key] != true[key]}
        if not undecided:
            break
    assert not undecided


@given(TABLES)
@settings(max_examples=150, deadline=None)
def test_a_row_or_column_whose_total_is_small_shows_nothing(
    cells: dict[tuple[int, int], int],
) -> None:
    away, numbers = hidden(_lines(cells)), _with_totals(cells)
    for row, column in cells:
        if 0 < numbers["row", row] < SMALL or 0 < numbers["column", column] < SMALL:
            assert ("cell", row, column) in away
    if 0 < numbers["all",] < SMALL:
        assert away == numbers.keys()
    if not numbers["all",]:
        assert not away


def test_who_is_alone_in_a_row_may_be_in_another_column() -> None:
    cells = {(0, 0): 30, (0, 1): 20, (1, 0): 0, (1, 1): 1}
    away = hidden(_lines(cells))
    assert {("cell", 1, 0), ("cell", 1, 1), ("row", 1)} <= away
    assert any(numbers["cell", 1, 1] == 0 for numbers in _possible(cells, away))


def test_nothing_is_hidden_without_need() -> None:
    assert hidden(_lines({(0, 0): 12, (0, 1): 5, (1, 0): 0, (1, 1): 7})) == frozenset()


def test_the_fewest_are_hidden_beside_a_small_number() -> None:
    cells = {(0, 0): 3, (0, 1): 50, (0, 2): 9, (1, 0): 20, (1, 1): 60, (1, 2): 8}
    away = hidden(_lines(cells))
    assert away == {("cell", 0, 0), ("cell", 0, 2), ("cell", 1, 2), ("cell", 1, 0)}


def test_one_small_number_alone_takes_all_its_totals_along() -> None:
    away = hidden(_lines({(0, 0): 2, (0, 1): 0, (1, 0): 0, (1, 1): 0}))
    assert {("cell", 0, 0), ("row", 0), ("column", 0), ("all",)} <= away


def test_where_it_cannot_be_had_nothing_is_shown() -> None:
    cells = {(row, 0): 1 for row in range(5)}
    assert hidden(_lines(cells)) == _with_totals(cells).keys()


KINDS: tuple[Decided, ...] = tuple(
    (group, outcome, reason)
    for group in ("A", "J", "not_recorded")
    for outcome, reason in DECISIONS
)
DECIDED = st.dictionaries(st.sampled_from(KINDS), st.integers(1, 8))


def _told(table: dict[str, Any]) -> dict[tuple[str, ...], int | None]:
    """Every number of a report, by what it counts."""
    told: dict[tuple[str, ...], int | None] = {("total",): table["total"]["count"]}
    groups: list[tuple[tuple[str, ...], Any]] = [(("all",), table["outcomes"])]
    for group in table["ethnicities"]:
        told["of", group["ethnicity"]] = group["count"]
        groups.append((("of", group["ethnicity"]), group["outcomes"]))
    for whose, outcomes in groups:
        for outcome in outcomes:
            told[*whose, outcome["outcome"]] = outcome["count"]
            for reason in outcome["reasons"]:
                told[*whose, outcome["outcome"], reason["reason_code"]] = reason["count"]
    return told


def _counted(decided: Mapping[Decided, int]) -> Counter[tuple[str, ...]]:
    counted: Counter[tuple[str, ...]] = Counter()
    for (group, outcome, reason), number in decided.items():
        for key in (("total",), ("of", group), ("of", group, outcome), ("all", outcome)):
            counted[key] += number
        if reason:
            counted["of", group, outcome, reason] += number
            counted["all", outcome, reason] += number
    return counted


def _guarded_decisions(counted: Mapping[tuple[str, ...], int]) -> frozenset[tuple[str, ...]]:
    """What is small, or can only be part of what is."""

    def totals(key: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield ("total",)
        for whole in range(2, len(key)):
            yield key[:whole]
        if key[0] == "of":
            for whole in range(3, len(key) + 1):
                yield ("all", *key[2:whole])

    return frozenset(
        key
        for key in counted
        if 0 < counted[key] < SMALL or any(0 < counted[t] < SMALL for t in totals(key))
    )


@given(DECIDED)
@settings(max_examples=60, deadline=None)
def test_no_small_number_of_decisions_can_be_worked_out(some: dict[Decided, int]) -> None:
    """In a report of three groups, two outcomes and two reasons: every one that fits is tried."""
    reasons = {"accepted": (), "declined": ("no_capacity", "other")}
    with (
        patch.object(decided, "ETHNICITIES", ("A", "J", "not_recorded")),
        patch.object(decided, "REASONS", reasons),
    ):
        told = _told(decisions_table(Counter(some)))
    cells = {key: some.get(key, 0) for key in KINDS}
    true = {key: _counted(cells)[key] for key in told}
    away = frozenset(key for key, number in told.items() if number is None)
    assert {key: number for key, number in told.items() if key not in away} == {
        key: number for key, number in true.items() if key not in away
    }
    guarded = _guarded_decisions(true)
    assert guarded <= away
    if away == true.keys():
        return
    undecided = {key for key, number in true.items() if 0 < number < SMALL}
    free = [each for each in KINDS if ("of", *filter(None, each)) in away]
    for other in _others(free, cells):
        counted = _counted(other)
        numbers = {key: counted[key] for key in told}
        if _fits(true, numbers, away, guarded, _guarded_decisions(numbers)):
            undecided -= {key for key in undecided if numbers[key] != true[key]}
            if not undecided:
                break
    assert not undecided


def test_the_only_one_of_a_group_shows_no_zeros() -> None:
    told = _told(
        decisions_table(
            Counter(
                {
                    ("A", "accepted", None): 30,
                    ("A", "declined", "no_capacity"): 20,
                    ("N", "declined", "no_capacity"): 1,
                }
            )
        )
    )
    assert {number for key, number in told.items() if key[:2] == ("of", "N")} == {None}
    assert told["of", "A", "accepted"] is None
    assert (told["total",], told["all", "accepted"], told["of", "B"]) == (51, 30, 0)


def test_every_group_outcome_and_reason_is_there_whatever_was_decided() -> None:
    none, some = decisions_table(Counter()), decisions_table(Counter({("A", "accepted", None): 9}))
    assert _told(none).keys() == _told(some).keys()
    assert _told(some)["of", "A", "accepted"] == 9
    assert not some["ethnicities"][0]["suppressed"]


def test_an_outcome_without_its_reason_counts_as_other() -> None:
    told = _told(decisions_table(Counter({("A", "redirected", None): 6})))
    assert told["of", "A", "redirected", "other"] == 6


def test_unmet_needs_are_hidden_with_what_would_tell_them() -> None:
    few: Counter[Unmet] = Counter({("housing", "cost", "unmet"): 2, ("housing", "cost", "met"): 6})
    table = unmet_table(few)
    assert table["met"] == {"count": 6, "suppressed": False}
    assert {each["unmet"]["count"] for each in (table, *table["items"])} == {None}
    many = unmet_table(
        few + Counter({("housing", "access", "unmet"): 9, ("shopping", "other", "unmet"): 20})
    )
    shown = {(each["need"], each["why"]): each["unmet"]["count"] for each in many["items"]}
    assert (shown["housing", "cost"], shown["housing", "access"]) == (None, None)
    assert (many["unmet"]["count"], shown["shopping", "other"]) == (31, 20)
    assert shown["employment", "cost"] == 0


def test_no_unmet_needs_are_none() -> None:
    table = unmet_table(Counter())
    assert {each["met"]["count"] for each in (table, *table["items"])} == {0}

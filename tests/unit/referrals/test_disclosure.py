"""Small numbers are hidden, and none can be worked out: every table that fits is tried."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.referrals.policy import Decided, Line, decisions_table, hidden
from services.referrals.policy.disclosure import SMALL

Table = Mapping[tuple[int, int], int]
COUNTS = st.integers(0, 9)


def _lines(cells: Table) -> list[Line]:
    """A table of rows and columns, with the totals of both and of all."""
    numbers = _with_totals(cells)
    return [
        *(Line(("cell", *c), ("row", c[0]), ("column", c[1]), n) for c, n in cells.items()),
        *(
            Line(key, "start", key, number, total=True)
            for key, number in numbers.items()
            if key[0] == "row"
        ),
        *(
            Line(key, key, "end", number, total=True)
            for key, number in numbers.items()
            if key[0] == "column"
        ),
        Line(("all",), "end", "start", numbers["all",], total=True),
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


def _fits(true: Mapping[Any, int], other: Mapping[Any, int], away: frozenset[Any]) -> bool:
    """Whether a reader who knows how we hide could take `other` for the table."""
    return all(
        (1 <= other[key] < SMALL if 0 < number < SMALL else other[key] >= SMALL)
        if key in away and number
        else other[key] == number
        for key, number in true.items()
    )


TABLES = st.tuples(st.integers(1, 3), st.integers(1, 3)).flatmap(
    lambda size: st.fixed_dictionaries(dict.fromkeys(product(*map(range, size)), COUNTS))
)


@given(TABLES)
@settings(max_examples=150, deadline=None)
def test_no_small_number_can_be_worked_out(cells: dict[tuple[int, int], int]) -> None:
    true: Counter[Any] = _with_totals(cells)
    away = hidden(_lines(cells))
    small = {key for key, number in true.items() if 0 < number < SMALL}
    assert small <= away
    if away == true.keys():
        return
    assert not any(true[key] == 0 for key in away)
    free = [cell for cell in cells if ("cell", *cell) in away]
    undecided = set(small)
    for other in _others(free, cells):
        numbers = _with_totals(other)
        if _fits(true, numbers, away):
            undecided -= {key for key in small if numbers[key] != true[key]}
            if not undecided:
                break
    assert not undecided


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
    cells = {(row, 0): 1 for row in range(4)}
    assert hidden(_lines(cells)) == _with_totals(cells).keys()


DECIDED = st.dictionaries(
    st.sampled_from(
        [
            ("A", "accepted", None),
            ("A", "declined", "no_capacity"),
            ("A", "declined", "other"),
            ("J", "accepted", None),
            ("J", "declined", "no_capacity"),
            ("J", "redirected", "needs_met_elsewhere"),
            ("not_recorded", "accepted", None),
            ("not_recorded", "declined", "other"),
        ]
    ),
    st.integers(1, 8),
)


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


@given(DECIDED)
@settings(max_examples=150, deadline=None)
def test_no_small_number_of_decisions_can_be_worked_out(decided: dict[Decided, int]) -> None:
    told, counted = _told(decisions_table(Counter(decided))), _counted(decided)
    true = {key: counted[key] for key in told}
    away = frozenset(key for key, number in told.items() if number is None)
    assert {key: number for key, number in told.items() if key not in away} == {
        key: number for key, number in true.items() if key not in away
    }
    small = {key for key, number in true.items() if 0 < number < SMALL}
    assert small <= away
    if away == true.keys():
        return
    free = [each for each in decided if ("of", *filter(None, each)) in away]
    undecided = set(small)
    for other in _others(free, decided):
        numbers = _counted(other)
        if _fits(true, numbers, away):
            undecided -= {key for key in small if numbers[key] != true[key]}
            if not undecided:
                break
    assert not undecided


def test_every_group_outcome_and_reason_is_there_whatever_was_decided() -> None:
    none, some = decisions_table(Counter()), decisions_table(Counter({("A", "accepted", None): 9}))
    assert _told(none).keys() == _told(some).keys()
    assert _told(some)["of", "A", "accepted"] == 9
    assert not some["ethnicities"][0]["suppressed"]


def test_an_outcome_without_its_reason_counts_as_other() -> None:
    told = _told(decisions_table(Counter({("A", "redirected", None): 6})))
    assert told["of", "A", "redirected", "other"] == 6

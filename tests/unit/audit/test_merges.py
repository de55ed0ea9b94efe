"""Which registrations were one person, by what was merged and separated until then."""

import itertools
from datetime import timedelta

from services.audit.policy import Merge, same_person
from tests.support.build import NOW


def merged(id: str, version: int, into: str | None) -> Merge:
    at = NOW + timedelta(hours=version)
    return Merge(id, version, into, at, at)


def test_of_who_was_never_merged_there_is_one() -> None:
    assert same_person([], "a") == ("a",)
    assert same_person([merged("b", 2, "c")], "a") == ("a",)


def test_who_stands_for_them_comes_first_whichever_is_asked_for() -> None:
    chain = [merged("a", 2, "b"), merged("b", 3, "c"), merged("d", 2, "c"), merged("x", 2, "y")]
    for asked in "abcd":
        assert same_person(chain, asked) == ("c", "a", "b", "d")


def test_separated_with_what_was_merged_into_it_in_whatever_order_that_is_told() -> None:
    history = [merged("a", 2, "b"), merged("b", 3, "c"), merged("b", 5, None)]
    for order in itertools.permutations(history):
        assert same_person(order, "a") == ("b", "a")
        assert same_person(order, "c") == ("c",)


def test_while_a_separation_is_missing_those_that_lead_round_are_one() -> None:
    round_about = [merged("a", 2, "b"), merged("b", 2, "a"), merged("c", 2, "b")]
    for asked in "abc":
        assert same_person(round_about, asked) == ("a", "b", "c")

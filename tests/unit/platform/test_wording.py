"""What is told of a malformed request."""

from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from annotated_types import Predicate
from pydantic import BaseModel, Field, ValidationError

from shared.contracts import referrals, vocabulary
from shared.contracts.referrals import Reference
from shared.contracts.vocabulary import Line, Paragraph
from shared.platform.http import Day
from shared.platform.wording import OF_PREDICATES, worded


@dataclass
class Inner:
    name: str


class Request(BaseModel):
    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=2)] = ("x",)
    words: Paragraph = "x"
    reference: Reference = "x"
    day: Day | None = None
    each: frozenset[int] = frozenset()
    inner: Inner | None = None


@pytest.mark.parametrize(
    ("field", "value", "detail"),
    [
        ("lines", [], "List should have at least 1 item"),
        ("lines", ["a", "b", "c"], "List should have at most 2 items"),
        ("lines", "a", "Input should be a list"),
        ("each", 3, "Input should be a list"),
        ("inner", 3, "Input should be an object"),
        ("words", "x" * 2_001, "Text should have at most 2000 characters"),
        ("words", "", "String should have at least 1 character"),
        ("words", " \n", OF_PREDICATES["says_something"]),
        ("words", "a\0", OF_PREDICATES["is_plain"]),
        ("reference", "A sister", OF_PREDICATES["is_reference"]),
        ("words", None, "Input should be a valid string"),
    ],
)
def test_it_is_said_in_words_of_the_contract(field: str, value: Any, detail: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Request.model_validate({field: value})
    assert [worded(each) for each in refused.value.errors()] == [detail]


@pytest.mark.parametrize("value", [0, 1_700_006_400, "0", "2026-1-2", "2026-01-02T00:00:00Z", True])
def test_a_day_is_nothing_but_a_date(value: Any) -> None:
    with pytest.raises(ValidationError):
        Request.model_validate({"day": value})


def test_every_predicate_of_the_contracts_has_its_words() -> None:
    names = {
        rule.func.__name__
        for module in (vocabulary, referrals)
        for each in vars(module).values()
        for rule in getattr(each, "__metadata__", ())
        if isinstance(rule, Predicate)
    }
    assert names == OF_PREDICATES.keys()

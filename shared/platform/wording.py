"""What is wrong with a request, in words that mean something outside this code."""

from collections.abc import Mapping
from typing import Any

OF_PREDICATES = {
    "says_something": "Text should have at least one character that can be seen",
    "is_plain": "Text can't have a NUL character in it",
    "is_reference": "A reference is letters, digits and . / _ -, and begins with a letter or digit",
}
"""By the function's name: that is all that is told of one that failed."""
OF_TYPES = {
    **dict.fromkeys(("tuple_type", "set_type", "frozen_set_type"), "Input should be a list"),
    **dict.fromkeys(
        ("dataclass_type", "model_type", "model_attributes_type", "dict_type"),
        "Input should be an object",
    ),
}


def worded(error: Mapping[str, Any]) -> str:
    """The detail of a validation error, as pydantic tells it unless that is about Python."""
    kind, message = error["type"], str(error["msg"])
    match kind:
        case "predicate_failed":
            return OF_PREDICATES.get(message.split("'")[1], "Input has not the form it needs")
        case "too_short":
            return _size("at least", error["ctx"]["min_length"], error)
        case "too_long":
            return _size("at most", error["ctx"]["max_length"], error)
    return OF_TYPES.get(kind, message)


def _size(bound: str, count: int, error: Mapping[str, Any]) -> str:
    what, each = ("Text", "character") if isinstance(error["input"], str) else ("List", "item")
    return f"{what} should have {bound} {count} {each}{'' if count == 1 else 's'}"

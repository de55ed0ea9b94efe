"""Ways to make a mistake in manifests."""

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.kubernetes.findings import Finding
from tests.kubernetes.objects import Object, one

Mistake = Callable[[list[Object]], object]
Found = tuple[Finding, Mistake, str]
"""What looks, the mistake, and some of what must be said of it."""


def put(kind: str, name: str, path: str, value: Any) -> Mistake:
    """Put a value at a path into an object, or take away what is there (`None`)."""

    def mistake(objects: list[Object]) -> None:
        at: Any = one(objects, kind, name)
        *steps, last = [int(each) if each.isdecimal() else each for each in path.split("|")]
        for step in steps:
            at = at[step]
        if value is None:
            del at[last]
        elif isinstance(at, list) and last == len(at):
            at.append(value)
        else:
            at[last] = value

    return mistake


def without(kind: str, name: str) -> Mistake:
    return lambda objects: objects.remove(one(objects, kind, name))


def both(*mistakes: Mistake) -> Mistake:
    return lambda objects: [mistake(objects) for mistake in mistakes]


def also(kind: str, name: str, new: str) -> Mistake:
    """One more object, as another of another name."""

    def mistake(objects: list[Object]) -> None:
        added = copy.deepcopy(one(objects, kind, name))
        added["metadata"]["name"] = new
        objects.append(added)

    return mistake


API = partial(put, "Deployment", "notes-api")
POD = "spec|template|spec"
CONTAINER = f"{POD}|containers|0"

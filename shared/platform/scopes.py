"""What a system client was granted: scopes of SMART App Launch 2.x, at the level of a system."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

from shared.kernel.operation import Interaction

EVERYTHING = "*"
_SCOPE = re.compile(
    r"system/(?P<resource>\*|[A-Z][A-Za-z]*)\.(?:(?P<v2>(?=.)c?r?u?d?s?)|(?P<v1>read|write|\*))"
)
_V1: dict[str, str] = {"read": "rs", "write": "cud", "*": "cruds"}


@dataclass(frozen=True, slots=True)
class Scope:
    """Interactions with resources of one type, or of any (`*`)."""

    resource: str
    interactions: frozenset[Interaction]


@lru_cache(maxsize=1024)
def parse(scope: str) -> Scope | None:
    """None for what isn't a system's scope, and for one that says more than we can keep to.

    Version 2 is `system/Composition.rs`, its letters in the order of `cruds`; version 1 ends in
    `.read`, `.write` or `.*`. One narrowed by a search (`.rs?category=...`) grants nothing: we do
    not narrow, and without that it would grant too much.
    """
    found = _SCOPE.fullmatch(scope)
    if found is None:
        return None
    letters = found["v2"] or _V1[found["v1"]]
    return Scope(found["resource"], frozenset(i for i in get_args(Interaction) if i in letters))


def covers(granted: Iterable[str], resource: str, interaction: Interaction) -> bool:
    """Whether one of the scopes allows the interaction. `*` as resource needs a scope for all."""
    return any(
        scope is not None
        and scope.resource in (EVERYTHING, resource)
        and interaction in scope.interactions
        for scope in map(parse, granted)
    )


def within(asked: str, granted: Iterable[str]) -> bool:
    """Whether a scope asks for nothing that isn't granted."""
    scope, held = parse(asked), frozenset(granted)
    return scope is not None and all(covers(held, scope.resource, i) for i in scope.interactions)

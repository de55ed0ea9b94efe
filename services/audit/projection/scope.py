"""What a caller sees, in SQL, so that pages stay full and cursors right."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, Text, all_, and_, any_, bindparam, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from services.audit.policy import KEPT_FROM_PARTIES, Sight
from services.audit.projection.tables import ENTRIES, SUBJECTS
from shared.kernel.engagement import Scope


def _one_of(name: str) -> Any:
    return any_(bindparam(name, type_=ARRAY(Text)))


def _about(people: str) -> ColumnElement[bool]:
    of_them = select(SUBJECTS.c.index).where(SUBJECTS.c.subject == _one_of(people))
    return ENTRIES.c.index.in_(of_them)


WITHIN: Mapping[str, ColumnElement[bool]] = {
    "within_teams": ENTRIES.c.team_id == _one_of("within_teams"),
    "within_people": _about("within_people"),
    "within_either": or_(ENTRIES.c.team_id == _one_of("within_either"), _about("or_people")),
    "or_people": true(),
}
"""Filters of a `Listing` of entries. Teams alone or people alone can each use their index."""


def unless_excluded(index: Column[int]) -> Mapping[str, ColumnElement[bool]]:
    """A filter of a `Listing` of what happened, for which `excluded` gives the value.

    An event about several people is left out if the caller is excluded from any of them.
    """
    about = select(SUBJECTS.c.index).where(
        SUBJECTS.c.subject == _one_of("excluded_from"), SUBJECTS.c.index == index
    )
    return {"excluded_from": ~about.exists()}


UNLESS_KEPT: Mapping[str, ColumnElement[bool]] = {
    "kept_from": or_(
        ENTRIES.c.resource_id != all_(bindparam("kept_from", type_=ARRAY(Text))),
        ENTRIES.c.actor_id == bindparam("caller", type_=Text),
    )
}
"""A filter of a `Listing` of entries, for which `kept` gives the value: what the `caller` did to
what is kept from them they know of."""


def _told_elsewhere() -> ColumnElement[bool]:
    caller = bindparam("caller", type_=Text)
    about = select(SUBJECTS.c.index).where(
        SUBJECTS.c.subject == caller, SUBJECTS.c.index == ENTRIES.c.index
    )
    return and_(
        or_(*(ENTRIES.c.resource_kind == each for each in KEPT_FROM_PARTIES)),
        ENTRIES.c.actor_id != caller,
        about.exists(),
    )


NOT_OF_ONESELF = ~_told_elsewhere()
"""A condition on entries: nothing of who was shown what is confidential of the `caller`'s own."""


def excluded(seen: Sight) -> dict[str, Any]:
    """The value of that filter, which is off only for who is excluded from nobody."""
    return {"excluded_from": sorted(seen.excluded_from)} if seen.excluded_from else {}


def kept(seen: Sight) -> dict[str, Any]:
    """The value of `UNLESS_KEPT`, which is off only for whom nothing is kept from."""
    return {"kept_from": sorted(seen.kept_from)} if seen.kept_from else {}


def within(scope: Scope) -> dict[str, Any]:
    """The values with which a scope switches those filters on."""
    teams, people = sorted(scope.teams), sorted(scope.people)
    if scope.everything:
        return {}
    if not people:
        return {"within_teams": teams}
    if not teams:
        return {"within_people": people}
    return {"within_either": teams, "or_people": people}

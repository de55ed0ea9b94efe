"""An engagement's scope in SQL, so that pages stay full and cursors right."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Text, any_, bindparam, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY

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


def within(scope: Scope) -> dict[str, list[str]]:
    """The values with which a scope switches those filters on."""
    teams, people = sorted(scope.teams), sorted(scope.people)
    if scope.everything:
        return {}
    if not people:
        return {"within_teams": teams}
    if not teams:
        return {"within_people": people}
    return {"within_either": teams, "or_people": people}

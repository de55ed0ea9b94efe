"""Registrations that are one person: learnt, and followed in conditions of lists (ADR 14)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import (
    ColumnElement,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from shared.eventstore.sql import Row, Write
from shared.platform.ties.tables import PEOPLE, RESTRICTIONS, SAME_PERSON

_MERGED = """
INSERT INTO same_person (id, into_id, version)
SELECT id, into_id, version FROM json_populate_recordset(NULL::same_person, %(rows)s::json)
ON CONFLICT (id) DO UPDATE SET into_id = excluded.into_id, version = excluded.version
WHERE same_person.version <= excluded.version
"""
_ROOTS = """
WITH RECURSIVE reached AS (
  SELECT id, into_id AS root FROM same_person WHERE into_id IS NOT NULL
  UNION
  SELECT reached.id, further.into_id
  FROM reached JOIN same_person AS further ON further.id = reached.root
  WHERE further.into_id IS NOT NULL
), settled AS (
  SELECT DISTINCT ON (reached.id) reached.id, reached.root
  FROM reached
  LEFT JOIN same_person AS further ON further.id = reached.root AND further.into_id IS NOT NULL
  ORDER BY reached.id, further.id IS NOT NULL, reached.root
)
UPDATE same_person SET root = settled.root
FROM same_person AS each LEFT JOIN settled ON settled.id = each.id
WHERE same_person.id = each.id AND same_person.root IS DISTINCT FROM settled.root
"""
"""The end of each chain. While a separation is still to come there may be none: the least id of
those that lead round then stands for them all."""


class _Merges:
    """What was merged into what, and of all of them who stands for whom: worked out anew each
    time, which is seldom, so that it is right in whatever order it is learnt."""

    name = SAME_PERSON.name

    def batch(self, rows: Sequence[Row]) -> Iterable[tuple[str, Row]]:
        newest = {row["id"]: row for row in sorted(rows, key=lambda each: each["version"])}
        yield _MERGED, {"rows": to_json([*newest.values()]).decode()}
        yield _ROOTS, {}


_MERGES = _Merges()


def merged_is(id: UUID, into_id: UUID | None, version: int) -> Write:
    """What a registration is merged into, as of its version; None for what was separated again."""
    return Write(_MERGES, {"id": id, "into_id": into_id, "version": version})


def root_of(service_user_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """The registration that stands for a person: this one, unless it was merged."""
    merged = SAME_PERSON.alias()
    root = select(merged.c.root).where(merged.c.id == service_user_id).correlate_except(merged)
    return func.coalesce(root.scalar_subquery(), service_user_id)


def registrations(service_user_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """All registrations of a row's person, this one too, to be compared with by `any_`."""
    merged, root = SAME_PERSON.alias(), root_of(service_user_id)
    both = union_all(
        select(root).correlate_except(merged),
        select(merged.c.id).where(merged.c.root == root).correlate_except(merged),
    )
    # An array, so that it is made once for a row and looked up by index.
    return func.array(both.scalar_subquery(), type_=ARRAY(Uuid))


def _of_restrictions(
    service_user_id: ColumnElement[Any], said: ColumnElement[Any]
) -> ColumnElement[bool]:
    """What the restrictions of all registrations of a person say together; null where none is."""
    return (
        select(said)
        .where(RESTRICTIONS.c.service_user_id == any_(registrations(service_user_id)))
        .scalar_subquery()
    )


def unexcluded(service_user_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """A condition on a list's rows: nothing of a person whom the reader is `kept_from`."""
    excluded = RESTRICTIONS.c.excluded.has_key(bindparam("kept_from", type_=Text))
    return _of_restrictions(service_user_id, func.bool_or(excluded)).is_not(True)


def visible(service_user_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """A condition on a list's rows: of a restricted person, only for named staff (`seen_by`)."""
    reader = bindparam("seen_by", type_=Text)
    restricted, named = RESTRICTIONS.c.restricted, RESTRICTIONS.c.named.has_key(reader)
    hidden = or_(
        func.bool_or(RESTRICTIONS.c.excluded.has_key(reader)),
        and_(func.bool_or(restricted), ~func.bool_or(and_(restricted, named))),
    )
    return _of_restrictions(service_user_id, hidden).is_not(True)


def of_team(service_user_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """A condition on a list's rows: of people who are in a team now (`of_team`)."""
    theirs = PEOPLE.c.team_id == bindparam("of_team", type_=Text)
    # No join: as one, it would be looked up for a team's whole work before a page is taken of it.
    return select(theirs).where(PEOPLE.c.id == root_of(service_user_id)).scalar_subquery()


def living(service_user_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """A condition on a list's rows: of people who are not known to have died."""
    died = select(PEOPLE.c.id).where(
        PEOPLE.c.id == root_of(service_user_id), PEOPLE.c.died_on.is_not(None)
    )
    return ~died.exists()


def whose(service_user_id: ColumnElement[Any]) -> dict[str, ColumnElement[bool]]:
    """The filters of a `Listing` for which `of_person` gives the value.

    Two, since a list in order is read from an index for one registration, and sorted for several.
    """
    several = bindparam("service_user_ids", type_=ARRAY(Uuid))
    return {
        "service_user_id": service_user_id == bindparam("service_user_id"),
        "service_user_ids": service_user_id == any_(several),
    }


def of_person(same: Sequence[UUID]) -> Mapping[str, Any]:
    """What is recorded under any registration of a person (`Facts.same`); of nobody: no filter."""
    if len(same) > 1:
        return {"service_user_ids": [*same]}
    return {"service_user_id": same[0]} if same else {}

"""What the ledger knows of a person: their team, and who was tied to them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import (
    ColumnElement,
    and_,
    any_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.types import DateTime, Text

from services.audit.policy import ENTRY_OF_A_PERSON, OF_A_PERSON, OF_DUTY, OF_STAFF, Fact
from services.audit.projection.tables import ENTRIES, LEDGER
from shared.contracts.contract import bare
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared

_SUBJECTS = bindparam("subjects", type_=ARRAY(Text))
_KNOWN_THEN = ENTRIES.c.time <= bindparam("as_of", type_=DateTime(timezone=True))
_TEAMS_OF = Prepared(
    select(ENTRIES.c.subject, ENTRIES.c.team_id)
    .ext(distinct_on(ENTRIES.c.subject))
    .where(
        ENTRIES.c.subject == any_(_SUBJECTS),
        or_(*(ENTRIES.c.type == each for each in ENTRY_OF_A_PERSON)),
        or_(bindparam("as_of", type_=DateTime(timezone=True)).is_(None), _KNOWN_THEN),
    )
    .order_by(ENTRIES.c.subject, ENTRIES.c.resource_version.desc())
)


def _types(*names: str) -> Any:
    return ENTRIES.c.type == any_(bindparam(None, list(names), type_=ARRAY(Text), unique=True))


_TEAMS = (
    func.unnest(bindparam("teams", type_=ARRAY(Text))).table_valued("id").render_derived("teams")
)
_LAST_ROTA = (
    select(ENTRIES.c.index)
    .where(
        # A literal, as the partial index has it.
        ENTRIES.c.type == literal_column(f"'{OF_DUTY}'"),
        ENTRIES.c.team_id == _TEAMS.c.id,
        _KNOWN_THEN,
    )
    .order_by(ENTRIES.c.time.desc(), ENTRIES.c.index.desc())
    .limit(1)
    .lateral()
)
_OF_STAFF = and_(_types(*OF_STAFF), _KNOWN_THEN)
_OF_THE_PERSON = and_(ENTRIES.c.subject == any_(_SUBJECTS), _types(*OF_A_PERSON), _KNOWN_THEN)


def _facts(of_staff: ColumnElement[bool]) -> Prepared:
    indexes = union_all(
        select(ENTRIES.c.index).where(_OF_THE_PERSON),
        select(ENTRIES.c.index).where(of_staff),
        select(_LAST_ROTA.c.index).select_from(_TEAMS).join(_LAST_ROTA, true()),
    ).subquery()
    return Prepared(
        select(LEDGER.c.body)
        .join(indexes, indexes.c.index == LEDGER.c.index)
        .order_by(LEDGER.c.index)
    )


FACTS_OF_ALL = _facts(_OF_STAFF)
FACTS_OF_ONE = _facts(and_(ENTRIES.c.subject == bindparam("staff_id"), _OF_STAFF))


def _fact(body: Any) -> Fact:
    said = from_json(body)
    return Fact(
        type=bare(said["type"]),
        time=datetime.fromisoformat(said["time"]),
        actor_id=said["actor"]["staff_id"],
        actor_name=said["actor"]["name"],
        resource_id=said["resource"]["id"],
        data=said["data"],
        version=said["resource"]["version"],
    )


class People:
    """Queries of what ties staff to a person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def teams(self, same: Sequence[str], as_of: datetime | None = None) -> dict[str, str]:
        """The team that each of these is in, or was at a time, without those the ledger doesn't
        know, or didn't by then."""
        found = await self._database.fetch(_TEAMS_OF, subjects=[*same], as_of=as_of)
        return {row["subject"]: row["team_id"] for row in found}

    async def facts(
        self, same: Sequence[str], teams: Collection[str], as_of: datetime, staff_id: str | None
    ) -> list[Fact]:
        """What tied staff to a person, with all registrations, as of a time: of all staff, or of
        one."""
        asked: dict[str, Any] = {"subjects": [*same], "teams": sorted(teams), "as_of": as_of}
        if staff_id is None:
            rows = await self._database.fetch(FACTS_OF_ALL, **asked)
        else:
            rows = await self._database.fetch(FACTS_OF_ONE, **asked, staff_id=staff_id)
        return [_fact(row["body"]) for row in rows]

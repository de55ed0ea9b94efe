"""When the glass was broken, how that was judged, and what was read through it."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from pydantic_core import from_json
from sqlalchemy import and_, bindparam, func, select

from services.audit.policy import Glass
from services.audit.projection.reading import GRANTED, REVIEWED
from services.audit.projection.scope import WITHIN, within
from services.audit.projection.tables import ACCESSES, ENTRIES, LEDGER
from shared.eventstore.database import Database, Rows
from shared.eventstore.sql import Prepared
from shared.kernel.engagement import Scope

_REVIEWS = ENTRIES.alias("reviews")
_GRANTS = select(ENTRIES.c.time, LEDGER.c.body).join(LEDGER, LEDGER.c.index == ENTRIES.c.index)
_JUDGED = select(_REVIEWS.c.time, _REVIEWS.c.outcome).join_from(
    ENTRIES,
    _REVIEWS,
    and_(_REVIEWS.c.resource_id == ENTRIES.c.resource_id, _REVIEWS.c.type == REVIEWED),
)
_READS = (
    select(func.min(ACCESSES.c.time).label("time"))
    .join_from(
        ENTRIES,
        ACCESSES,
        and_(
            ACCESSES.c.override_id == ENTRIES.c.resource_id,
            ACCESSES.c.override_id.is_not(None),
            ACCESSES.c.index != ENTRIES.c.index,
        ),
    )
    .group_by(ACCESSES.c.index)
)
_QUERIES = {
    "granted": (_GRANTS, ENTRIES.c.time),
    "reviewed": (_JUDGED, _REVIEWS.c.time),
    "read": (_READS, ACCESSES.c.time),
}
"""Each begins at the grant, whose team and person decide what lies within a scope."""
_FILTERS = {**WITHIN, "team_id": ENTRIES.c.team_id == bindparam("team_id")}


@cache
def _prepared(what: str, names: frozenset[str]) -> Prepared:
    query, time = _QUERIES[what]
    return Prepared(
        query.where(
            ENTRIES.c.type == GRANTED,
            time >= bindparam("since"),
            time < bindparam("until"),
            *(_FILTERS[name] for name in sorted(names)),
        )
    )


class BrokenGlass:
    """Queries of overrides."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def between(
        self, scope: Scope, team_id: str | None, since: datetime, until: datetime
    ) -> list[Glass]:
        """What happened to overrides in a period: of all teams within a scope, or of one."""
        values: dict[str, Any] = within(scope)
        if team_id is not None:
            values["team_id"] = team_id

        async def ask(what: str) -> Rows:
            query = _prepared(what, frozenset(values))
            return await self._database.fetch(query, **values, since=since, until=until)

        return [
            *_grants(await ask("granted")),
            *(Glass(row["outcome"], row["time"]) for row in await ask("reviewed")),
            *(Glass("read", row["time"]) for row in await ask("read")),
        ]


def _grants(rows: Rows) -> Iterator[Glass]:
    for row in rows:
        renewed = from_json(row["body"])["data"]["renewal"] > 0
        yield Glass("renewed" if renewed else "granted", row["time"])

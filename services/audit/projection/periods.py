"""Between which indexes of the ledger to look for what happened in a period.

Lists go by index, periods by the events' own time, and the two agree nearly but never quite: what
was cut off for days arrives late. `days` says on which days what lies in each block happened, so
that a page of a period long ago needn't pass over everything since.
"""

from datetime import UTC, datetime

from sqlalchemy import Column, ColumnElement, Date, bindparam, func, select

from services.audit.projection.reading import BLOCK
from services.audit.projection.tables import DAYS
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared

_BLOCKS = Prepared(
    select(
        select(func.min(DAYS.c.block))
        .where(DAYS.c.day >= bindparam("since", type_=Date))
        .scalar_subquery()
        .label("first"),
        select(func.max(DAYS.c.block))
        .where(DAYS.c.day <= bindparam("until", type_=Date))
        .scalar_subquery()
        .label("last"),
    )
)
EVER = {"first_index": 0, "past_index": 1 << 62}


def within_period(index: Column[int]) -> dict[str, ColumnElement[bool]]:
    """Filters of a `Listing`, or conditions, for which `between` gives the values."""
    return {
        "first_index": index >= bindparam("first_index"),
        "past_index": index < bindparam("past_index"),
    }


async def between(
    database: Database, since: datetime | None, until: datetime | None
) -> dict[str, int]:
    """Indexes wide enough for all that happened in a period."""
    bounds = dict(EVER)
    if since is None and until is None:
        return bounds
    days = {
        "since": since and since.astimezone(UTC).date(),
        "until": until and until.astimezone(UTC).date(),
    }
    found = await database.fetch_one(_BLOCKS, **days)
    assert found
    if since is not None:
        if found["first"] is None:  # nothing has happened since
            return {**EVER, "past_index": 0}
        bounds["first_index"] = found["first"] * BLOCK
    if until is not None:
        bounds["past_index"] = 0 if found["last"] is None else (found["last"] + 1) * BLOCK
    return bounds

"""Which countersignatures are overdue and haven't been noticed, and which have."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, select

from services.notes.domain import OverdueCountersignature
from services.notes.projection.tables import AWAITED, NOTES, OVERDUE
from shared.eventstore.database import Database
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write

AT_ONCE = 100
_OVERDUE = RowsInto(OVERDUE)
# Nobody signs what was destroyed.
_IS_OVERDUE = and_(AWAITED, NOTES.c.document.is_not(None), NOTES.c.due_at <= bindparam("now"))
_WAITING = Prepared(
    select(func.count().label("how_many"), func.min(NOTES.c.due_at).label("since")).where(
        _IS_OVERDUE
    )
)
_UNNOTICED = Prepared(
    select(
        NOTES.c.id.label("note_id"),
        NOTES.c.service_user_id,
        NOTES.c.team_id,
        NOTES.c.author_id,
        NOTES.c.due_at,
        NOTES.c.assigned_to,
        NOTES.c.metadata["countersignature"]["reasons"].label("reasons"),
    )
    .where(
        _IS_OVERDUE,
        ~select(OVERDUE.c.note_id)
        .where(OVERDUE.c.note_id == NOTES.c.id, OVERDUE.c.due_at == NOTES.c.due_at)
        .exists(),
    )
    .order_by(NOTES.c.due_at)
    .limit(AT_ONCE)
    .offset(bindparam("passed"))
)


def overdue_rows(overdue: OverdueCountersignature, seal: Seal) -> list[Write]:
    return [
        _OVERDUE.row(note_id=overdue.note_id, due_at=overdue.due_at, recorded_at=overdue.created_on)
    ]


class Overdue:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unnoticed(self, now: datetime, passed: int) -> list[dict[str, Any]]:
        """Notes whose signature was due by now, the longest overdue first."""
        return await self._database.fetch(_UNNOTICED, now=now, passed=passed)

    async def waiting(self, now: datetime) -> tuple[int, datetime | None]:
        """How many signatures are overdue, and when the first of them was due."""
        row = await self._database.fetch_one(_WAITING, now=now)
        return (row["how_many"], row["since"]) if row else (0, None)

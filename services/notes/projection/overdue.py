"""Which countersignatures are overdue and haven't been noticed, and which have."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from services.notes.domain import OverdueCountersignature
from services.notes.projection.tables import AWAITED, NOTES, OVERDUE
from shared.eventstore.database import Database
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write

AT_ONCE = 100
_OVERDUE = RowsInto(OVERDUE)
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
        AWAITED,
        # Nobody signs what was destroyed.
        NOTES.c.document.is_not(None),
        NOTES.c.due_at <= bindparam("now"),
        ~select(OVERDUE.c.note_id)
        .where(OVERDUE.c.note_id == NOTES.c.id, OVERDUE.c.due_at == NOTES.c.due_at)
        .exists(),
    )
    .order_by(NOTES.c.due_at)
    .limit(AT_ONCE)
)


def overdue_rows(overdue: OverdueCountersignature, seal: Seal) -> list[Write]:
    return [
        _OVERDUE.row(note_id=overdue.note_id, due_at=overdue.due_at, recorded_at=overdue.created_on)
    ]


class Overdue:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unnoticed(self, now: datetime) -> list[dict[str, Any]]:
        """Notes whose signature was due by now, the longest overdue first."""
        return await self._database.fetch(_UNNOTICED, now=now)

"""Read model of group sessions: that they were held, when, how long, and for whom."""

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Integer, Table, Text, Uuid, bindparam, select

from services.supervision.domain import GroupSupervision
from services.supervision.projection.tables import METADATA
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sql import Prepared, RowsInto, Write, time_column

GROUP_SUPERVISIONS = Table(
    "group_supervisions",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("supervisor_id", Text, nullable=False),
    Column("team_id", Text, nullable=False),
    time_column("held_at"),
    Column("document", JSON, nullable=False),
)
_ROWS = RowsInto(GROUP_SUPERVISIONS)
_ONE = Prepared(select(GROUP_SUPERVISIONS).where(GROUP_SUPERVISIONS.c.id == bindparam("id")))
_LIST = Listing(
    select(GROUP_SUPERVISIONS),
    key=(GROUP_SUPERVISIONS.c.held_at, GROUP_SUPERVISIONS.c.id),
    filters={
        "supervisor_id": GROUP_SUPERVISIONS.c.supervisor_id == bindparam("supervisor_id"),
        "team_id": GROUP_SUPERVISIONS.c.team_id == bindparam("team_id"),
        "since": GROUP_SUPERVISIONS.c.held_at >= bindparam("since"),
        "until": GROUP_SUPERVISIONS.c.held_at < bindparam("until"),
    },
)


def group_document(group: GroupSupervision) -> dict[str, Any]:
    """A group session: nothing of what was said in it."""
    return {
        "id": group.id,
        "version": group.version,
        "supervisor_id": group.supervisor_id,
        "team_id": group.team,
        "kind": group.of_kind,
        "held_at": group.held_at,
        "duration_minutes": group.duration_minutes,
        "sessions": group.sessions,
        "absent": group.absent,
        "recorded_by": group.recorded_by,
        "recorded_at": group.created_on,
    }


def group_rows(group: GroupSupervision) -> list[Write]:
    return [
        _ROWS.row(
            id=group.id,
            version=group.version,
            supervisor_id=group.supervisor_id,
            team_id=group.team,
            held_at=group.held_at,
            document=group_document(group),
        )
    ]


class GroupSupervisions:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_ONE, id=id)

    async def page(self, **arguments: Any) -> Slice:
        return await _LIST.page(self._database, **arguments)

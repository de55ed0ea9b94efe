"""Read model of boundary queries."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from services.notes.domain import BoundaryQuery
from services.notes.projection.tables import BOUNDARY_QUERIES
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.platform.ties import unexcluded

_ROWS = RowsInto(BOUNDARY_QUERIES)
_ONE = Prepared(select(BOUNDARY_QUERIES).where(BOUNDARY_QUERIES.c.id == bindparam("id")))
_OF_NOTE = Prepared(
    select(BOUNDARY_QUERIES.c.id).where(BOUNDARY_QUERIES.c.note_id == bindparam("note_id"))
)
_LIST = Listing(
    select(BOUNDARY_QUERIES),
    key=(BOUNDARY_QUERIES.c.raised_at, BOUNDARY_QUERIES.c.id),
    filters={
        "team_id": BOUNDARY_QUERIES.c.team_id == bindparam("team_id"),
        "worker_id": BOUNDARY_QUERIES.c.worker_id == bindparam("worker_id"),
        "status": BOUNDARY_QUERIES.c.status == bindparam("status"),
        "note_id": BOUNDARY_QUERIES.c.note_id == bindparam("note_id"),
        "kept_from": unexcluded(BOUNDARY_QUERIES.c.service_user_id),
    },
)


def query_document(query: BoundaryQuery) -> dict[str, Any]:
    """A boundary query as the API shows it; without its words once they were destroyed."""
    if query.destroyed:
        return {**query_metadata(query), "content_state": "destroyed"}
    return {**query_metadata(query), "answered": query.answered}


def query_metadata(query: BoundaryQuery) -> dict[str, Any]:
    return {
        "id": query.id,
        "version": query.version,
        "note_id": query.note_id,
        "service_user_id": query.service_user_id,
        "team_id": query.team,
        "worker": query.raised_by,
        "activities": query.activities,
        "status": "answered" if query.answered else "open",
        "raised_at": query.created_on,
        "answered": query.answered and {**query.answered, "answer": None},
        "content_state": "shown",
    }


def query_rows(query: BoundaryQuery, seal: Seal) -> list[Write]:
    return [
        _ROWS.row(
            id=query.id,
            version=query.version,
            note_id=query.note_id,
            team_id=query.team,
            worker_id=query.worker_id,
            status="answered" if query.answered else "open",
            service_user_id=query.service_user_id,
            raised_at=query.created_on,
            metadata=query_metadata(query),
            document=seal(query_document(query)),
        )
    ]


class BoundaryQueries:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_ONE, id=id)

    async def of_note(self, note_id: UUID) -> list[UUID]:
        """What was asked about a note."""
        return [row["id"] for row in await self._database.fetch(_OF_NOTE, note_id=note_id)]

    async def page(self, **arguments: Any) -> Slice:
        return await _LIST.page(self._database, **arguments)

"""Read model of notes."""

from typing import Any
from uuid import UUID

from sqlalchemy import Text, and_, bindparam, or_, select

from services.notes.domain import ConcernStatus, Note, Status
from services.notes.projection.showing import document, metadata
from services.notes.projection.tables import AWAITED, CONCERNS, NOTES
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.platform.ties import has_not_left, of_team, unexcluded, visible, whose

_NOTES = RowsInto(NOTES)
_NOTE = Prepared(select(NOTES).where(NOTES.c.id == bindparam("id")))
_READER = bindparam("kept_from", type_=Text)
_UNKEPT = and_(
    unexcluded(NOTES.c.service_user_id),
    or_(~NOTES.c.kept_from.has_key(_READER), NOTES.c.author_id == _READER),
)
"""Nothing of people who exclude the reader, nor a note whose concern names them, but their own."""
_CONCERNS_OF = Prepared(
    select(CONCERNS.c.id, CONCERNS.c.status)
    .where(CONCERNS.c.note_id == bindparam("note_id"), CONCERNS.c.status != ConcernStatus.MOVED)
    .order_by(CONCERNS.c.id)
)
_LIST = Listing(
    select(
        NOTES.c.id,
        NOTES.c.service_user_id,
        NOTES.c.author_id,
        NOTES.c.recorded_at,
        NOTES.c.metadata,
        NOTES.c.document,
    ),
    key=(NOTES.c.recorded_at, NOTES.c.id),
    filters={
        **whose(NOTES.c.service_user_id),
        "author_id": NOTES.c.author_id == bindparam("author_id"),
        "team_id": NOTES.c.team_id == bindparam("team_id"),
        "of_team": of_team(NOTES.c.service_user_id),
        "status": NOTES.c.status == bindparam("status"),
        "flag": NOTES.c.flags.has_key(bindparam("flag", type_=Text)),
        "kept_from": _UNKEPT,
        "seen_by": visible(NOTES.c.service_user_id),
        "legible_to": or_(
            NOTES.c.status != Status.REFILED, NOTES.c.author_id == bindparam("legible_to")
        ),
        "since": NOTES.c.occurred_at >= bindparam("since"),
        "until": NOTES.c.occurred_at < bindparam("until"),
    },
)
_AT_WORK = has_not_left(NOTES.c.author_id)
_WORKLIST = Listing(
    select(
        NOTES.c.id,
        NOTES.c.service_user_id,
        NOTES.c.due_at,
        NOTES.c.metadata,
        _AT_WORK.label("author_at_work"),
    ).where(AWAITED, NOTES.c.document.is_not(None)),
    key=(NOTES.c.due_at, NOTES.c.id),
    filters={
        "of_team": of_team(NOTES.c.service_user_id),
        "assigned_to": or_(
            NOTES.c.assigned_to == bindparam("assigned_to"),
            NOTES.c.to_answer == bindparam("assigned_to"),
        ),
        "author_at_work": bindparam("author_at_work") == _AT_WORK,
        "seen_by": visible(NOTES.c.service_user_id),
        "kept_from": _UNKEPT,
    },
)


def note_rows(note: Note, seal: Seal) -> list[Write]:
    return [
        _NOTES.row(
            id=note.id,
            version=note.version,
            service_user_id=note.service_user_id,
            author_id=note.author.staff_id,
            team_id=note.team,
            status=note.status,
            flags=note.flags,
            occurred_at=note.contact.occurred_at,
            recorded_at=note.recorded_at,
            due_at=note.countersignature.due_at,
            outstanding=note.still_outstanding,
            kept_from=note.kept_from,
            assigned_to=note.assigned_to,
            to_answer=note.to_answer,
            group_session_id=note.group_session_id,
            metadata=metadata(note),
            document=seal(document(note)),
        )
    ]


class Notes:
    """Queries of the read models."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_NOTE, id=id)

    async def page(self, **arguments: Any) -> Slice:
        return await _LIST.page(self._database, **arguments)

    async def worklist(self, **arguments: Any) -> Slice:
        return await _WORKLIST.page(self._database, order="asc", **arguments)

    async def concerns_of(self, note_id: UUID) -> tuple[list[UUID], bool]:
        """The concerns of a note that are still this person's: raised with it or about it. And
        whether one of them waits for an answer or an outcome."""
        found = await self._database.fetch(_CONCERNS_OF, note_id=note_id)
        is_open = any(row["status"] != ConcernStatus.CLOSED for row in found)
        return [row["id"] for row in found], is_open

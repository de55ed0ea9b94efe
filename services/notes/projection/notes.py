"""Read model of notes."""

from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    bindparam,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.notes.domain import Note, Status
from shared.contracts.notes import Account
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.platform.ties import VISIBLE

NOTES = Table(
    "notes",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("service_user_id", Uuid, nullable=False),
    Column("author_id", Text, nullable=False),
    Column("team_id", Text),
    Column("status", Text, nullable=False),
    Column("flags", JSONB, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True)),
    Column("document", JSON, nullable=False),
)
_NOTES = RowsInto(NOTES)
_NOTE = Prepared(select(NOTES).where(NOTES.c.id == bindparam("id")))
_LIST = Listing(
    select(NOTES.c.id, NOTES.c.service_user_id, NOTES.c.recorded_at, NOTES.c.document),
    key=(NOTES.c.recorded_at, NOTES.c.id),
    filters={
        "service_user_id": NOTES.c.service_user_id == bindparam("service_user_id"),
        "author_id": NOTES.c.author_id == bindparam("author_id"),
        "team_id": NOTES.c.team_id == bindparam("team_id"),
        "status": NOTES.c.status == bindparam("status"),
        "flag": NOTES.c.flags.has_key(bindparam("flag", type_=Text)),
        "since": NOTES.c.occurred_at >= bindparam("since"),
        "until": NOTES.c.occurred_at < bindparam("until"),
    },
)
_WORKLIST = Listing(
    select(NOTES.c.id, NOTES.c.service_user_id, NOTES.c.due_at, NOTES.c.document),
    key=(NOTES.c.due_at, NOTES.c.id),
    filters={
        "awaiting": NOTES.c.status == bindparam("awaiting"),
        "team_id": NOTES.c.team_id == bindparam("team_id"),
        "seen_by": VISIBLE,
    },
)


def document(note: Note) -> dict[str, Any]:
    """A note as the API shows it."""
    account = vars(note.account)
    boundaries = [
        {"class" if name == "practice" else name: value for name, value in vars(each).items()}
        for each in note.account.boundary_activities
    ]
    return {
        "id": note.id,
        "version": note.version,
        "digest": note.digest,
        "service_user_id": note.service_user_id,
        "team_id": note.team,
        "status": note.status,
        "author": note.author,
        "recorded_at": note.created_on,
        **vars(note.contact),
        **account,
        "boundary_activities": boundaries,
        "late": "late" in note.flags,
        "flags": note.flags,
        "outstanding": note.outstanding,
        "countersignature": {**vars(note.countersignature), "signed": note.signed},
        "amendments": note.amendments,
        "addenda": [],
    }


def without_words(shown: dict[str, Any]) -> dict[str, Any]:
    """The metadata of a note: no field of what was said and done, nor why it was amended."""
    words = {field.name for field in fields(Account)}
    amendments = [{**each, "reason": None} for each in shown["amendments"]]
    return {**{k: None if k in words else v for k, v in shown.items()}, "amendments": amendments}


def worklist_item(shown: dict[str, Any], now: datetime) -> dict[str, Any]:
    """A line of the countersignature worklist."""
    due_at = datetime.fromisoformat(shown["countersignature"]["due_at"])
    return {
        "note_id": shown["id"],
        "service_user_id": shown["service_user_id"],
        "author": shown["author"],
        "recorded_at": shown["recorded_at"],
        "due_at": due_at,
        "overdue": due_at < now,
        "reasons": shown["countersignature"]["reasons"],
        "concern": shown["concern"] is not None,
    }


def note_rows(note: Note) -> list[Write]:
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
            recorded_at=note.created_on,
            due_at=note.countersignature.due_at,
            document=document(note),
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
        return await _WORKLIST.page(
            self._database, awaiting=Status.AWAITING, order="asc", **arguments
        )

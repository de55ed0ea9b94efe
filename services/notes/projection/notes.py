"""Read model of notes."""

from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, and_, bindparam, or_, select

from services.notes.domain import Note, Status
from services.notes.projection.tables import NOTES
from shared.contracts.notes import Account
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.platform.ties import unexcluded, visible

_NOTES = RowsInto(NOTES)
_NOTE = Prepared(select(NOTES).where(NOTES.c.id == bindparam("id")))
_READER = bindparam("kept_from", type_=Text)
_UNKEPT = and_(
    unexcluded(NOTES.c.service_user_id),
    or_(~NOTES.c.kept_from.has_key(_READER), NOTES.c.author_id == _READER),
)
"""Nothing of people who exclude the reader, nor a note whose concern names them, but their own."""
_LIST = Listing(
    select(
        NOTES.c.id,
        NOTES.c.service_user_id,
        NOTES.c.recorded_at,
        NOTES.c.metadata,
        NOTES.c.document,
    ),
    key=(NOTES.c.recorded_at, NOTES.c.id),
    filters={
        "service_user_id": NOTES.c.service_user_id == bindparam("service_user_id"),
        "author_id": NOTES.c.author_id == bindparam("author_id"),
        "team_id": NOTES.c.team_id == bindparam("team_id"),
        "status": NOTES.c.status == bindparam("status"),
        "flag": NOTES.c.flags.has_key(bindparam("flag", type_=Text)),
        "kept_from": _UNKEPT,
        "since": NOTES.c.occurred_at >= bindparam("since"),
        "until": NOTES.c.occurred_at < bindparam("until"),
    },
)
_WORKLIST = Listing(
    select(NOTES.c.id, NOTES.c.service_user_id, NOTES.c.due_at, NOTES.c.metadata),
    key=(NOTES.c.due_at, NOTES.c.id),
    filters={
        "awaiting": NOTES.c.status == bindparam("awaiting"),
        "team_id": NOTES.c.team_id == bindparam("team_id"),
        "seen_by": visible(NOTES.c.service_user_id),
        "kept_from": _UNKEPT,
    },
)
_WORDS = tuple(field.name for field in fields(Account))


def document(note: Note) -> dict[str, Any]:
    """A note as the API shows it: without its words once they were destroyed."""
    if note.destroyed:
        return {**metadata(note), "content_state": "destroyed"}
    boundaries = [
        {"class" if name == "practice" else name: value for name, value in vars(each).items()}
        for each in note.account.boundary_activities
    ]
    return {
        **metadata(note),
        **vars(note.account),
        "boundary_activities": boundaries,
        "countersignature": {**vars(note.countersignature), "signed": note.signed},
        "amendments": note.amendments,
    }


def metadata(note: Note) -> dict[str, Any]:
    """A note without what was said and done, why it was amended, and how it was signed in words."""
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
        **dict.fromkeys(_WORDS),
        "concern_id": note.concern_id,
        "late": "late" in note.flags,
        "flags": note.flags,
        "outstanding": note.outstanding,
        "countersignature": {
            **vars(note.countersignature),
            "signed": _without_comment(note.signed),
        },
        "amendments": [
            {
                **each,
                "reason": None,
                "replaced_signature": _without_comment(each["replaced_signature"]),
            }
            for each in note.amendments
        ],
        "addenda": [],
        "content_state": "shown",
    }


def _without_comment(signature: dict[str, Any] | None) -> dict[str, Any] | None:
    return signature and {**signature, "comment": None}


def worklist_item(shown: dict[str, Any], now: datetime) -> dict[str, Any]:
    """A line of the countersignature worklist, from a note's metadata."""
    due_at = datetime.fromisoformat(shown["countersignature"]["due_at"])
    return {
        "note_id": shown["id"],
        "service_user_id": shown["service_user_id"],
        "author": shown["author"],
        "recorded_at": shown["recorded_at"],
        "due_at": due_at,
        "overdue": due_at < now,
        "reasons": shown["countersignature"]["reasons"],
        "concern": "concern_raised" in shown["countersignature"]["reasons"],
    }


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
            recorded_at=note.created_on,
            due_at=note.countersignature.due_at,
            outstanding=note.outstanding,
            kept_from=note.kept_from,
            assigned_to=note.assigned_to,
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
        return await _WORKLIST.page(
            self._database, awaiting=Status.AWAITING, order="asc", **arguments
        )

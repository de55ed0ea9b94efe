"""Contacts with people, learnt from what notes publishes: codes and times, none of the words."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from services.referrals.projection.onward.tables import CONTACTS, RETRACTED_NOTES
from shared.contracts.notes import NoteAmended, NoteRecorded, NoteRefiled, NoteRetracted
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.platform.projecting import Published

_CONTACTS = RowsInto(CONTACTS, newest_by="version")
_RETRACTED = Prepared(
    insert(RETRACTED_NOTES).values(note_id=bindparam("id")).on_conflict_do_nothing()
)


def contacts(event: Published) -> Iterable[Write]:
    """The contact of a note's newest version. A retracted note tells of none, ever again."""
    match event.payload:
        case NoteRecorded() | NoteAmended() | NoteRefiled() as told:
            yield _CONTACTS.row(
                note_id=UUID(event.resource_id),
                version=event.version,
                service_user_id=UUID(event.subject),
                occurred_at=told.contact.occurred_at,
                duration_minutes=told.contact.duration_minutes,
                contact=told.contact.contact,
                mechanism=told.contact.mechanism,
                attendance=told.contact.attendance,
            )
        case NoteRetracted():
            yield _RETRACTED.write(id=UUID(event.resource_id))

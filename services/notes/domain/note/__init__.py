"""A note, by subject: what it says, how it is signed, how it is put right."""

from services.notes.domain.note.content import RETRACTED, Status, digest
from services.notes.domain.note.note import Note

__all__ = ["RETRACTED", "Note", "Status", "digest"]

"""A note, by subject: what it says, how it is signed, how it is put right."""

from services.notes.domain.note.content import Status, digest
from services.notes.domain.note.note import Note

__all__ = ["Note", "Status", "digest"]

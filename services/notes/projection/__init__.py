"""Read models of the notes service."""

from services.notes.domain import AccessOverride, Note
from services.notes.projection.notes import Notes, document, note_rows, worklist_item
from services.notes.projection.overrides import (
    Overrides,
    as_at,
    override_document,
    override_rows,
)
from services.notes.projection.tables import METADATA, NOTES
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Write

__all__ = [
    "METADATA",
    "NOTES",
    "Notes",
    "Overrides",
    "as_at",
    "document",
    "override_document",
    "rows",
    "worklist_item",
]


def rows(aggregate: Note | AccessOverride, seal: Seal) -> list[Write]:
    """The read-model rows of an aggregate as it stands."""
    if isinstance(aggregate, Note):
        return note_rows(aggregate, seal)
    return override_rows(aggregate, seal)

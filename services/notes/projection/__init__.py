"""Read models of the notes service."""

from services.notes.domain import AccessOverride, Note
from services.notes.projection.history import (
    told_in_full,
    told_of_tombstone,
    told_without_content,
)
from services.notes.projection.notes import Notes, note_rows
from services.notes.projection.overrides import (
    Overrides,
    as_at,
    override_document,
    override_rows,
)
from services.notes.projection.showing import corrected_at, document, worklist_item
from services.notes.projection.sight import (
    Reader,
    belongs_to_governance,
    note_as_seen,
    row_as_seen,
)
from services.notes.projection.tables import METADATA, NOTES
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Write

__all__ = [
    "METADATA",
    "NOTES",
    "Notes",
    "Overrides",
    "Reader",
    "as_at",
    "belongs_to_governance",
    "corrected_at",
    "document",
    "note_as_seen",
    "override_document",
    "row_as_seen",
    "rows",
    "told_in_full",
    "told_of_tombstone",
    "told_without_content",
    "worklist_item",
]


def rows(aggregate: Note | AccessOverride, seal: Seal) -> list[Write]:
    """The read-model rows of an aggregate as it stands."""
    if isinstance(aggregate, Note):
        return note_rows(aggregate, seal)
    return override_rows(aggregate, seal)

"""Read models of the notes service."""

from services.notes.domain import AccessOverride, Note
from services.notes.projection.notes import (
    NOTES,
    Notes,
    document,
    note_rows,
    without_words,
    worklist_item,
)
from services.notes.projection.overrides import (
    Overrides,
    as_at,
    override_document,
    override_rows,
)
from shared.eventstore.sql import Write

__all__ = [
    "NOTES",
    "Notes",
    "Overrides",
    "as_at",
    "document",
    "override_document",
    "rows",
    "without_words",
    "worklist_item",
]


def rows(aggregate: Note | AccessOverride) -> list[Write]:
    """The read-model rows of an aggregate as it stands."""
    if isinstance(aggregate, Note):
        return note_rows(aggregate)
    return override_rows(aggregate)

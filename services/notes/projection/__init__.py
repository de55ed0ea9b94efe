"""Read models of the notes service."""

from services.notes.domain import AccessOverride, Concern, Escalation, Note
from services.notes.projection.about import about
from services.notes.projection.concerns import (
    Concerns,
    concern_at,
    concern_document,
    concern_metadata,
    concern_rows,
    escalation_rows,
)
from services.notes.projection.managed import managed
from services.notes.projection.notes import Notes, document, note_rows, worklist_item
from services.notes.projection.overrides import (
    Overrides,
    as_at,
    override_document,
    override_rows,
)
from services.notes.projection.standing import Standings
from services.notes.projection.tables import METADATA, NOTES
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Write

__all__ = [
    "METADATA",
    "NOTES",
    "Concerns",
    "Notes",
    "Overrides",
    "Standings",
    "about",
    "as_at",
    "concern_at",
    "concern_document",
    "concern_metadata",
    "document",
    "managed",
    "override_document",
    "rows",
    "worklist_item",
]


def rows(aggregate: Note | AccessOverride | Concern | Escalation, seal: Seal) -> list[Write]:
    """The read-model rows of an aggregate as it stands."""
    match aggregate:
        case Note():
            return note_rows(aggregate, seal)
        case AccessOverride():
            return override_rows(aggregate, seal)
        case Concern():
            return concern_rows(aggregate, seal)
        case Escalation():
            return escalation_rows(aggregate)

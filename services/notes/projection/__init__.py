"""Read models of the notes service."""

from services.notes.domain import AccessOverride, Note, RecordKeepingPolicy
from services.notes.projection.competence import of_competence
from services.notes.projection.notes import Notes, document, note_rows, worklist_item
from services.notes.projection.overrides import (
    Overrides,
    as_at,
    override_document,
    override_rows,
)
from services.notes.projection.policies import (
    Policies,
    policy_document,
    policy_rows,
    team_policy,
    versions_document,
)
from services.notes.projection.standing import Standing, Standings
from services.notes.projection.tables import METADATA, NOTES
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Write

__all__ = [
    "METADATA",
    "NOTES",
    "Notes",
    "Overrides",
    "Policies",
    "Standing",
    "Standings",
    "as_at",
    "document",
    "of_competence",
    "override_document",
    "policy_document",
    "rows",
    "team_policy",
    "versions_document",
    "worklist_item",
]


def rows(aggregate: Note | AccessOverride | RecordKeepingPolicy, seal: Seal) -> list[Write]:
    """The read-model rows of an aggregate as it stands."""
    if isinstance(aggregate, RecordKeepingPolicy):
        return policy_rows(aggregate)
    if isinstance(aggregate, Note):
        return note_rows(aggregate, seal)
    return override_rows(aggregate, seal)

"""Read models of the notes service."""

from collections.abc import Callable
from typing import Any

from services.notes.domain import (
    AccessOverride,
    BoundaryQuery,
    Concern,
    Escalation,
    GroupSession,
    Note,
    OverdueCountersignature,
    RecordKeepingPolicy,
)
from services.notes.projection.about import about
from services.notes.projection.boundaries import BoundaryQueries, query_document, query_rows
from services.notes.projection.competence import of_competence
from services.notes.projection.concerns import (
    Concerns,
    concern_at,
    concern_document,
    concern_rows,
    escalation_rows,
)
from services.notes.projection.group_sessions import GroupSessions, session_document, session_rows
from services.notes.projection.history import told_in_full, told_of_tombstone, told_without_content
from services.notes.projection.managed import managed
from services.notes.projection.notes import Notes, note_rows
from services.notes.projection.overdue import Overdue, overdue_rows
from services.notes.projection.overrides import Overrides, as_at, override_document, override_rows
from services.notes.projection.policies import POLICIES
from services.notes.projection.showing import corrected_at, document, worklist_item
from services.notes.projection.sight import Reader, belongs_to_governance, note_as_seen, row_as_seen
from services.notes.projection.standing import Standing, Standings
from services.notes.projection.summary import Summary
from services.notes.projection.tables import METADATA
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Write
from shared.kernel.aggregate import Aggregate

__all__ = [
    "METADATA",
    "POLICIES",
    "BoundaryQueries",
    "Concerns",
    "GroupSessions",
    "Notes",
    "Overdue",
    "Overrides",
    "Reader",
    "Standing",
    "Standings",
    "Summary",
    "about",
    "as_at",
    "belongs_to_governance",
    "concern_at",
    "concern_document",
    "corrected_at",
    "document",
    "managed",
    "note_as_seen",
    "of_competence",
    "override_document",
    "query_document",
    "row_as_seen",
    "rows",
    "session_document",
    "told_in_full",
    "told_of_tombstone",
    "told_without_content",
    "worklist_item",
]


_ROWS: dict[type[Aggregate], Callable[[Any, Seal], list[Write]]] = {
    Note: note_rows,
    BoundaryQuery: query_rows,
    AccessOverride: override_rows,
    OverdueCountersignature: overdue_rows,
    RecordKeepingPolicy: POLICIES.rows,
    Concern: concern_rows,
    Escalation: escalation_rows,
    GroupSession: session_rows,
}


def rows(aggregate: Aggregate, seal: Seal) -> list[Write]:
    """The read-model rows of an aggregate as it stands."""
    return _ROWS[type(aggregate)](aggregate, seal)

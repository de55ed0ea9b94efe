"""Who sees what of a note: of one that was misfiled, and of versions corrected since."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from services.notes.domain import Note, Status
from services.notes.projection.showing import (
    corrected_at,
    document,
    elsewhere_hidden,
    metadata,
    tombstone,
    without_corrected,
)
from shared.kernel.relationship import Basis

SEES_MISFILED: frozenset[Basis] = frozenset({"governance", "engagement"})


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, and why they may."""

    staff_id: str
    basis: Basis

    def wrote(self, author_id: str) -> bool:
        return self.staff_id == author_id

    def sees_misfiled(self, author_id: str) -> bool:
        """Whether a note filed under the wrong person, and where it went, is theirs to see."""
        return self.wrote(author_id) or self.basis in SEES_MISFILED


def row_as_seen(row: Mapping[str, Any], reader: Reader) -> Any:
    """A row's document, opened, as far as the reader may see it."""
    shown = row["metadata"]
    if reader.sees_misfiled(row["author_id"]):
        return row["document"]
    if shown["status"] == Status.REFILED:
        return tombstone(shown)
    if shown.get("refiled_from"):
        return elsewhere_hidden(from_json(row["document"]))
    return row["document"]


def note_as_seen(then: Note, now: Note, reader: Reader) -> dict[str, Any]:
    """A note as it was, as far as the reader may see that by what it is now."""
    author_id = now.author.staff_id
    if now.status is Status.REFILED and not reader.sees_misfiled(author_id):
        return tombstone(metadata(now))
    if not reader.wrote(author_id) and then.version < corrected_at(metadata(now)):
        shown = without_corrected(metadata(then))
    else:
        shown = document(then)
    return shown if reader.sees_misfiled(author_id) else elsewhere_hidden(shown)


def belongs_to_governance(row: Mapping[str, Any]) -> bool:
    """Whether an IG lead has business with a note: it is, or is asked to be, taken back."""
    shown = row["metadata"]
    return bool(shown.get("retracted") or shown.get("retraction_requested"))

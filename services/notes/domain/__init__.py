"""Notes and their countersignature, and broken glass."""

from services.notes.domain.note import Note, Status, digest
from services.notes.domain.overdue import OverdueCountersignature
from services.notes.domain.override import AccessOverride
from services.notes.domain.refusals import (
    AlreadyCountersigned,
    AlreadyReviewed,
    BasisNotAllowed,
    CountersignatureNotRequired,
    DigestMismatch,
    NotAuthor,
    NothingChanged,
    NotOnDuty,
    NotPresent,
    NotRegistered,
    OwnNote,
    OwnOverride,
)

__all__ = [
    "AccessOverride",
    "AlreadyCountersigned",
    "AlreadyReviewed",
    "BasisNotAllowed",
    "CountersignatureNotRequired",
    "DigestMismatch",
    "NotAuthor",
    "NotOnDuty",
    "NotPresent",
    "NotRegistered",
    "Note",
    "NothingChanged",
    "OverdueCountersignature",
    "OwnNote",
    "OwnOverride",
    "Status",
    "digest",
]

"""Notes and their countersignature, and broken glass."""

from services.notes.domain.note import (
    AlreadyCountersigned,
    BasisNotAllowed,
    CountersignatureNotRequired,
    DigestMismatch,
    NotAuthor,
    Note,
    NothingChanged,
    NotPresent,
    NotRegistered,
    OwnNote,
    Status,
    digest,
)
from services.notes.domain.override import (
    AccessOverride,
    AlreadyReviewed,
    NotOnDuty,
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
    "OwnNote",
    "OwnOverride",
    "Status",
    "digest",
]

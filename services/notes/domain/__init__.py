"""Notes and their countersignature, and broken glass."""

from services.notes.domain.boundary import BoundaryQuery
from services.notes.domain.group_session import GroupSession
from services.notes.domain.note import Note, Status, digest
from services.notes.domain.overdue import OverdueCountersignature
from services.notes.domain.override import AccessOverride
from services.notes.domain.refusals import (
    AlreadyAnswered,
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
    OwnQuery,
)

__all__ = [
    "AccessOverride",
    "AlreadyAnswered",
    "AlreadyCountersigned",
    "AlreadyReviewed",
    "BasisNotAllowed",
    "BoundaryQuery",
    "CountersignatureNotRequired",
    "DigestMismatch",
    "GroupSession",
    "NotAuthor",
    "NotOnDuty",
    "NotPresent",
    "NotRegistered",
    "Note",
    "NothingChanged",
    "OverdueCountersignature",
    "OwnNote",
    "OwnOverride",
    "OwnQuery",
    "Status",
    "digest",
]

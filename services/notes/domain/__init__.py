"""Notes and their countersignature, concerns, and broken glass."""

from services.notes.domain.concern import Concern, ConcernStatus, Told
from services.notes.domain.escalation import Escalation, stream_of
from services.notes.domain.note import Note, Status, digest
from services.notes.domain.override import AccessOverride
from services.notes.domain.refusals import (
    AlreadyAcknowledged,
    AlreadyClosed,
    AlreadyCountersigned,
    AlreadyReviewed,
    AlreadyUrgent,
    BasisNotAllowed,
    CountersignatureNotRequired,
    DigestMismatch,
    NamedInConcern,
    NotAuthor,
    NotClosed,
    NothingChanged,
    NotOnDuty,
    NotOpen,
    NotPresent,
    NotRegistered,
    NotYoursToAnswer,
    OwnNote,
    OwnOverride,
)

__all__ = [
    "AccessOverride",
    "AlreadyAcknowledged",
    "AlreadyClosed",
    "AlreadyCountersigned",
    "AlreadyReviewed",
    "AlreadyUrgent",
    "BasisNotAllowed",
    "Concern",
    "ConcernStatus",
    "CountersignatureNotRequired",
    "DigestMismatch",
    "Escalation",
    "NamedInConcern",
    "NotAuthor",
    "NotClosed",
    "NotOnDuty",
    "NotOpen",
    "NotPresent",
    "NotRegistered",
    "NotYoursToAnswer",
    "Note",
    "NothingChanged",
    "OwnNote",
    "OwnOverride",
    "Status",
    "Told",
    "digest",
    "stream_of",
]

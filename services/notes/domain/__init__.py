"""Notes and their countersignature, broken glass, and teams' record-keeping policies."""

from services.notes.domain.boundary import BoundaryQuery
from services.notes.domain.concern import Concern, ConcernStatus
from services.notes.domain.escalation import Escalation, stream_of
from services.notes.domain.group_session import GroupSession
from services.notes.domain.note import Note, Status, digest
from services.notes.domain.overdue import OverdueCountersignature
from services.notes.domain.override import AccessOverride
from services.notes.domain.policy import RecordKeepingPolicy
from services.notes.domain.refusals import (
    AlreadyAcknowledged,
    AlreadyAnswered,
    AlreadyClosed,
    AlreadyCountersigned,
    AlreadyReviewed,
    AlreadyUrgent,
    BasisNotAllowed,
    BelowTrustFloor,
    BodyNotAccepted,
    CountersignatureNotRequired,
    DigestMismatch,
    EffectiveInThePast,
    LooseningNeedsCommittee,
    NamedInConcern,
    NoProposal,
    NotAuthor,
    NotClosed,
    NothingChanged,
    NotOnDuty,
    NotOpen,
    NotPresent,
    NotRegistered,
    NotYoursToAnswer,
    NotYourTeam,
    OwnNote,
    OwnOverride,
    OwnProposal,
    OwnQuery,
)

"""Notes and their countersignature, concerns, and broken glass."""


__all__ = [
    "AccessOverride",
    "AlreadyAcknowledged",
    "AlreadyAnswered",
    "AlreadyClosed",
    "AlreadyCountersigned",
    "AlreadyReviewed",
    "AlreadyUrgent",
    "BasisNotAllowed",
    "BelowTrustFloor",
    "BodyNotAccepted",
    "BoundaryQuery",
    "Concern",
    "ConcernStatus",
    "CountersignatureNotRequired",
    "DigestMismatch",
    "EffectiveInThePast",
    "Escalation",
    "GroupSession",
    "LooseningNeedsCommittee",
    "NamedInConcern",
    "NoProposal",
    "NotAuthor",
    "NotClosed",
    "NotOnDuty",
    "NotOpen",
    "NotPresent",
    "NotRegistered",
    "NotYourTeam",
    "NotYoursToAnswer",
    "Note",
    "NothingChanged",
    "OverdueCountersignature",
    "OwnNote",
    "OwnOverride",
    "OwnProposal",
    "OwnQuery",
    "RecordKeepingPolicy",
    "Status",
    "digest",
    "stream_of",
]

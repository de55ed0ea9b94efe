"""Notes and their countersignature, broken glass, and teams' record-keeping policies."""

from services.notes.domain.boundary import BoundaryQuery
from services.notes.domain.group_session import GroupSession
from services.notes.domain.note import Note, Status, digest
from services.notes.domain.overdue import OverdueCountersignature
from services.notes.domain.override import AccessOverride
from services.notes.domain.policy import RecordKeepingPolicy
from services.notes.domain.refusals import (
    AlreadyAnswered,
    AlreadyCountersigned,
    AlreadyReviewed,
    BasisNotAllowed,
    BelowTrustFloor,
    BodyNotAccepted,
    CountersignatureNotRequired,
    DigestMismatch,
    EffectiveInThePast,
    LooseningNeedsCommittee,
    NoProposal,
    NotAuthor,
    NothingChanged,
    NotOnDuty,
    NotPresent,
    NotRegistered,
    NotYourTeam,
    OwnNote,
    OwnOverride,
    OwnProposal,
    OwnQuery,
)

__all__ = [
    "AccessOverride",
    "AlreadyAnswered",
    "AlreadyCountersigned",
    "AlreadyReviewed",
    "BasisNotAllowed",
    "BelowTrustFloor",
    "BodyNotAccepted",
    "BoundaryQuery",
    "CountersignatureNotRequired",
    "DigestMismatch",
    "EffectiveInThePast",
    "GroupSession",
    "LooseningNeedsCommittee",
    "NoProposal",
    "NotAuthor",
    "NotOnDuty",
    "NotPresent",
    "NotRegistered",
    "NotYourTeam",
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
]

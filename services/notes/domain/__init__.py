"""Notes and their countersignature, broken glass, and teams' record-keeping policies."""

from services.notes.domain.note import Note, Status, digest
from services.notes.domain.override import AccessOverride
from services.notes.domain.policy import RecordKeepingPolicy
from services.notes.domain.refusals import (
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
)

__all__ = [
    "AccessOverride",
    "AlreadyCountersigned",
    "AlreadyReviewed",
    "BasisNotAllowed",
    "BelowTrustFloor",
    "BodyNotAccepted",
    "CountersignatureNotRequired",
    "DigestMismatch",
    "EffectiveInThePast",
    "LooseningNeedsCommittee",
    "NoProposal",
    "NotAuthor",
    "NotOnDuty",
    "NotPresent",
    "NotRegistered",
    "NotYourTeam",
    "Note",
    "NothingChanged",
    "OwnNote",
    "OwnOverride",
    "OwnProposal",
    "RecordKeepingPolicy",
    "Status",
    "digest",
]

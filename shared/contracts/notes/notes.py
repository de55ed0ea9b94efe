"""What happens to a note, from its recording to its countersignature or retraction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from shared.contracts.contract import PERSONAL, published
from shared.contracts.notes.content import (
    Account,
    Basis,
    Contact,
    Flag,
    Outstanding,
    Reason,
    Requirement,
)
from shared.contracts.vocabulary import Narrative, Paragraph
from shared.kernel.actor import Actor

AmendmentKind = Literal["amendment", "factual_correction"]
"""After a factual correction (UK GDPR Art. 16) the version before is kept for audit alone."""
AddendumKind = Literal["addendum", "service_user_statement"]
"""A disputed opinion stands; the person's statement is put beside it."""
RetractionKind = Literal["entered_in_error", "wrong_person"]
Duty = Literal["countersign", "answer"]


@dataclass(frozen=True, kw_only=True)
class Addendum:
    """Put beside a note, without changing it."""

    kind: AddendumKind
    text: Narrative
    by: Actor
    at: datetime


@published("notes", "note", "note-recorded")
@dataclass(frozen=True, kw_only=True)
class NoteRecorded:
    """A note of work with a service user. `digest` is the version's SHA-256 (hex), salted.

    `concern_id` is the concern raised with it, `group_session_id` the session it is an entry of.
    """

    service_user_id: UUID
    team_id: str | None
    contact: Contact
    account: Annotated[Account, PERSONAL]
    salt: Annotated[str, PERSONAL]
    digest: str
    flags: tuple[Flag, ...]
    outstanding: tuple[Outstanding, ...]
    countersignature: Requirement
    concern_id: UUID | None = None
    group_session_id: UUID | None = None


@published("notes", "note", "note-amended")
@dataclass(frozen=True, kw_only=True)
class NoteAmended:
    """A new version of a note; the earlier ones stay. `changed` names fields, not values."""

    contact: Contact
    account: Annotated[Account, PERSONAL]
    salt: Annotated[str, PERSONAL]
    digest: str
    changed: tuple[str, ...]
    reason: Annotated[str, PERSONAL]
    flags: tuple[Flag, ...]
    outstanding: tuple[Outstanding, ...]
    countersignature: Requirement
    kind: AmendmentKind = "amendment"
    concern_id: UUID | None = None


@published("notes", "note", "note-addendum-added")
@dataclass(frozen=True, kw_only=True)
class NoteAddendumAdded:
    """Beside the note: its digest and any signature stand."""

    kind: AddendumKind
    text: Annotated[Narrative, PERSONAL]


@published("notes", "note", "late-reason-given")
@dataclass(frozen=True, kw_only=True)
class LateReasonGiven:
    """Why an entry was late, told afterwards (NMC 10.1). The flag stays."""

    reason: Annotated[Paragraph, PERSONAL]


@published("notes", "note", "concern-linked")
@dataclass(frozen=True, kw_only=True)
class ConcernLinked:
    """A concern was raised on the note afterwards; staff whom it names are kept from the note."""

    concern_id: UUID
    about_staff: tuple[str, ...]


@published("notes", "note", "note-countersigned")
@dataclass(frozen=True, kw_only=True)
class NoteCountersigned:
    """Binds the signature to one version by its digest; the signer never becomes the author."""

    basis: Basis
    digest: str
    comment: Annotated[str | None, PERSONAL] = None


@published("notes", "note", "note-returned")
@dataclass(frozen=True, kw_only=True)
class NoteReturned:
    """A countersigner asks the author a question before signing."""

    question: Annotated[Paragraph, PERSONAL]


@published("notes", "note", "note-answered")
@dataclass(frozen=True, kw_only=True)
class NoteAnswered:
    """The author's answer, or that of whom the duty to answer was given to."""

    answer: Annotated[Paragraph, PERSONAL]


@published("notes", "note", "note-reassigned")
@dataclass(frozen=True, kw_only=True)
class NoteReassigned:
    """A manager gives the duty to sign, or to answer for someone who has left, to a colleague."""

    duty: Duty
    staff_id: str
    reason: Annotated[Paragraph, PERSONAL]


@published("notes", "note", "note-retraction-requested")
@dataclass(frozen=True, kw_only=True)
class NoteRetractionRequested:
    """A manager would retract somebody else's note; it takes a second person."""

    kind: RetractionKind
    reason: Annotated[Paragraph, PERSONAL]
    belongs_to: Annotated[UUID | None, PERSONAL]


@published("notes", "note", "note-retracted")
@dataclass(frozen=True, kw_only=True)
class NoteRetracted:
    """Entered in error: struck through. Wrong person: hidden, a tombstone; `refiled_to` is the
    note under the right person's key. Of a tombstone it tells where the note went, later.

    `requested_by`: a manager asked for it, and who acted confirmed it, with a `comment`."""

    kind: RetractionKind
    reason: Annotated[Paragraph, PERSONAL]
    belongs_to: Annotated[UUID | None, PERSONAL]
    refiled_to: UUID | None = None
    requested_by: str | None = None
    comment: Annotated[Paragraph | None, PERSONAL] = None


@published("notes", "note", "note-refiled")
@dataclass(frozen=True, kw_only=True)
class NoteRefiled:
    """A note under the right person's key, with its author and times as they were. No signature
    comes along: it was given for someone else's record."""

    service_user_id: UUID
    team_id: str | None
    author: Actor
    recorded_at: datetime
    refiled_from: UUID
    contact: Contact
    account: Annotated[Account, PERSONAL]
    addenda: Annotated[tuple[Addendum, ...], PERSONAL]
    salt: Annotated[str, PERSONAL]
    digest: str
    flags: tuple[Flag, ...]
    outstanding: tuple[Outstanding, ...]
    countersignature: Requirement
    concern_id: UUID | None = None
    group_session_id: UUID | None = None


@published("notes", "note", "countersignature-overdue")
@dataclass(frozen=True, kw_only=True)
class CountersignatureOverdue:
    """A deadline passed: once for each time that was set. A stream of its own, so that the note's
    version counts only what people did."""

    note_id: UUID
    service_user_id: UUID
    team_id: str | None
    author_id: str
    due_at: datetime
    reasons: tuple[Reason, ...]
    assigned_to: str | None = None

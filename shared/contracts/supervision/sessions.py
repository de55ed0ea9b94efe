"""Sessions of supervision, and their records, which are for their two participants (section 5)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from annotated_types import Ge, Le, MaxLen, MinLen

from shared.contracts.contract import PERSONAL, published
from shared.contracts.supervision.agreements import Party
from shared.contracts.vocabulary import Line, Narrative, Paragraph, Slug

Minutes = Annotated[int, Ge(1), Le(1440)]
NotHeldReason = Literal["absence", "workload", "urgent_work", "rearranged", "other"]
"""Why a session wasn't held: nothing about anyone's health, which is for the words."""
ActionStatus = Literal["open", "done", "dropped"]


@dataclass(frozen=True, kw_only=True)
class Action:
    """What somebody, one of the two, is to do. `due_on` is the last day for it."""

    id: UUID
    action: Paragraph
    owner_id: Slug
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class SessionContent:
    """What a record says. `cases` are the service users who were discussed; decisions about them
    belong in their own records. `remarks` are the worker's own of a group session."""

    agenda: Annotated[tuple[Line, ...], MaxLen(30)] = ()
    discussion: Narrative
    actions: Annotated[tuple[Action, ...], MaxLen(30)] = ()
    cases: Annotated[tuple[UUID, ...], MaxLen(50)] = ()
    themes: Annotated[tuple[Line, ...], MaxLen(20)] = ()
    remarks: Narrative | None = None


@published("supervision", "supervision-session", "supervision-scheduled")
@dataclass(frozen=True, kw_only=True)
class SupervisionScheduled:
    """A session to come; of a group session, or of one held already, one that never waited."""

    agreement_id: UUID
    worker_id: str
    supervisor_id: str
    team_id: str
    kind: Slug
    scheduled_for: datetime
    group_session_id: UUID | None = None


@published("supervision", "supervision-session", "supervision-rescheduled")
@dataclass(frozen=True, kw_only=True)
class SupervisionRescheduled:
    scheduled_for: datetime
    previously: datetime
    reason: Annotated[Paragraph | None, PERSONAL] = None


@published("supervision", "supervision-session", "supervision-held")
@dataclass(frozen=True, kw_only=True)
class SupervisionHeld:
    """It was held, and this is its record. `digest` is SHA-256 (hex) over the content, when it was
    held, how long, and `salt`: what both sign."""

    held_at: datetime
    duration_minutes: Minutes
    digest: str
    content: Annotated[SessionContent, PERSONAL]
    salt: Annotated[str, PERSONAL]


@published("supervision", "supervision-session", "supervision-amended")
@dataclass(frozen=True, kw_only=True)
class SupervisionAmended:
    """The record says something else now: what was signed stays with what it signed."""

    held_at: datetime
    duration_minutes: Minutes
    digest: str
    content: Annotated[SessionContent, PERSONAL]
    salt: Annotated[str, PERSONAL]
    reason: Annotated[Paragraph, PERSONAL]


@published("supervision", "supervision-session", "supervision-signed")
@dataclass(frozen=True, kw_only=True)
class SupervisionSigned:
    """One of the two signed this digest; not `agrees`: as not agreeing, and why."""

    party: Party
    digest: str
    agrees: Annotated[bool, PERSONAL]
    comment: Annotated[Paragraph | None, PERSONAL] = None


@published("supervision", "supervision-session", "supervision-cancelled")
@dataclass(frozen=True, kw_only=True)
class SupervisionCancelled:
    """Called off before it was to be held."""

    reason_code: NotHeldReason
    reason: Annotated[Paragraph, PERSONAL]


@published("supervision", "supervision-session", "supervision-missed")
@dataclass(frozen=True, kw_only=True)
class SupervisionMissed:
    """It was to be held, and wasn't."""

    reason_code: NotHeldReason
    reason: Annotated[Paragraph, PERSONAL]


@published("supervision", "supervision-session", "supervision-action-updated")
@dataclass(frozen=True, kw_only=True)
class SupervisionActionUpdated:
    """What became of an action of the record."""

    action_id: UUID
    status: ActionStatus
    outcome: Annotated[Paragraph | None, PERSONAL] = None


@published("supervision", "supervision-session", "supervision-case-decided")
@dataclass(frozen=True, kw_only=True)
class SupervisionCaseDecided:
    """A decision about a service user came of it: it is in that person's record, which alone says
    so in clear."""

    case_decision_id: UUID
    service_user_id: Annotated[UUID, PERSONAL]


@dataclass(frozen=True, kw_only=True)
class GroupPart:
    """One worker's own record of a group session."""

    session_id: UUID
    worker_id: str


@published("supervision", "group-supervision", "group-supervision-held")
@dataclass(frozen=True, kw_only=True)
class GroupSupervisionHeld:
    """Several workers at once. What was said is in the record of each, under their own key."""

    supervisor_id: str
    team_id: str
    kind: Slug
    held_at: datetime
    duration_minutes: Minutes
    sessions: Annotated[tuple[GroupPart, ...], MinLen(1), MaxLen(50)]
    absent: Annotated[tuple[str, ...], MaxLen(50)] = ()

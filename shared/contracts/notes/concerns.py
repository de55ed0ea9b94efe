"""A concern: a sign of relapse, risk or harm, with a life and a clock of its own (NMC 10.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from annotated_types import Ge, MaxLen

from shared.contracts.contract import PERSONAL, published
from shared.contracts.notes.content import Alert, ConcernKind, Urgency
from shared.contracts.notes.policies import Recipient
from shared.contracts.vocabulary import Paragraph, Slug
from shared.kernel.actor import Actor

Staff = Annotated[tuple[Slug, ...], MaxLen(200)]
Alerted = Annotated[tuple[Alert, ...], MaxLen(20)]


@published("notes", "concern", "concern-raised")
@dataclass(frozen=True, kw_only=True)
class ConcernRaised:
    """`routed_to` are the care co-ordinator and whoever is on duty, but never those whom it is
    about. Unless acknowledged by `acknowledge_by` it escalates along that policy's chain."""

    service_user_id: UUID
    team_id: str
    note_id: UUID | None
    kind: ConcernKind
    urgency: Urgency
    about_staff: Annotated[tuple[Slug, ...], MaxLen(20)]
    routed_to: Staff
    acknowledge_by: datetime
    policy_version: Annotated[int, Ge(1)]
    service_user_told: bool | None
    description: Annotated[Paragraph, PERSONAL]
    alerted: Annotated[Alerted, PERSONAL]
    not_told_reason: Annotated[Paragraph | None, PERSONAL]


@published("notes", "concern", "concern-alerted")
@dataclass(frozen=True, kw_only=True)
class ConcernAlerted:
    """Someone else was told, or the service user was: the call is the alert, this its record."""

    alerted: Annotated[Alerted, PERSONAL]
    service_user_told: bool | None
    not_told_reason: Annotated[Paragraph | None, PERSONAL]


@published("notes", "concern", "concern-acknowledged")
@dataclass(frozen=True, kw_only=True)
class ConcernAcknowledged:
    """Someone who answers for the person takes it on, and says what will be done."""

    plan: Annotated[Paragraph, PERSONAL]


@published("notes", "concern", "concern-escalated")
@dataclass(frozen=True, kw_only=True)
class ConcernEscalated:
    """It went on to others, who may see the person's record until the concern is closed.

    `unanswered`: the clock did it, on a stream of its own, `step` times since it started.
    `asked`: a member of staff did, `step` recipients along the chain. `clock` is the concern's
    version at which the present clock started: what ends the concern at a later version ends this.
    """

    concern_id: UUID
    service_user_id: UUID
    team_id: str
    because: Literal["unanswered", "asked"]
    clock: Annotated[int, Ge(1)]
    step: Annotated[int, Ge(0)]
    to: Recipient
    reached: Staff
    next_at: datetime | None
    position: Annotated[int, Ge(0)] = 0
    """How far along the chain, begun again after its end, it has come."""
    reason: Annotated[Paragraph | None, PERSONAL] = None


@published("notes", "concern", "concern-restated")
@dataclass(frozen=True, kw_only=True)
class ConcernRestated:
    """What its note, amended, says of it now. It never becomes less urgent, and whom it named it
    names. `anew`: it became urgent, and is to be acknowledged again."""

    note_id: UUID | None
    kind: ConcernKind
    urgency: Urgency
    about_staff: Annotated[tuple[Slug, ...], MaxLen(200)]
    anew: bool
    routed_to: Staff
    acknowledge_by: datetime
    policy_version: Annotated[int, Ge(1)]
    service_user_told: bool | None
    description: Annotated[Paragraph, PERSONAL]
    alerted: Annotated[tuple[Alert, ...], PERSONAL]
    not_told_reason: Annotated[Paragraph | None, PERSONAL]


@published("notes", "concern", "concern-upgraded")
@dataclass(frozen=True, kw_only=True)
class ConcernUpgraded:
    """It is urgent after all: to be acknowledged anew, on the shorter clock."""

    routed_to: Staff
    acknowledge_by: datetime
    policy_version: Annotated[int, Ge(1)]
    reason: Annotated[Paragraph, PERSONAL]


@published("notes", "concern", "concern-closed")
@dataclass(frozen=True, kw_only=True)
class ConcernClosed:
    outcome: Annotated[Paragraph, PERSONAL]


@published("notes", "concern", "concern-reopened")
@dataclass(frozen=True, kw_only=True)
class ConcernReopened:
    """To be acknowledged again, on a new clock."""

    routed_to: Staff
    acknowledge_by: datetime
    policy_version: Annotated[int, Ge(1)]
    reason: Annotated[Paragraph, PERSONAL]


@published("notes", "concern", "concern-moved")
@dataclass(frozen=True, kw_only=True)
class ConcernMoved:
    """Its note was filed under the wrong person: it goes on as `moved_to`, under the right one."""

    moved_to: UUID | None


@dataclass(frozen=True, kw_only=True)
class Acknowledgement:
    plan: Paragraph
    by: Actor
    at: datetime


@published("notes", "concern", "concern-refiled")
@dataclass(frozen=True, kw_only=True)
class ConcernRefiled:
    """A concern under the right person's key, as far as it had come, on the same clock."""

    service_user_id: UUID
    team_id: str
    note_id: UUID
    refiled_from: UUID
    raised_by: Actor
    raised_at: datetime
    kind: ConcernKind
    urgency: Urgency
    about_staff: Annotated[tuple[Slug, ...], MaxLen(20)]
    routed_to: Staff
    acknowledge_by: datetime
    policy_version: Annotated[int, Ge(1)]
    service_user_told: bool | None
    description: Annotated[Paragraph, PERSONAL]
    alerted: Annotated[Alerted, PERSONAL]
    not_told_reason: Annotated[Paragraph | None, PERSONAL]
    acknowledged: Annotated[Acknowledgement | None, PERSONAL]
    closed: Annotated[Acknowledgement | None, PERSONAL]

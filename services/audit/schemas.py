"""Requests and responses of the audit service."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from services.audit.policy import Alert
from shared.contracts.access import EngagementAgreed, Purpose
from shared.contracts.vocabulary import Paragraph
from shared.kernel.actor import Actor
from shared.kernel.relationship import Basis
from shared.platform.http import ActorView, Moment, Name, RequestModel, ResponseModel


class ResourceView(ResponseModel):
    kind: str
    id: str
    version: int


class EventView(ResponseModel):
    """One event. `digest` is the SHA-256 (hex) of the bytes as stored and published.

    `confidential`: the engagement covers no content, or it is of a concern that names the caller,
    or of its note; or of supervision, of which `content` has what is in clear, and no words.
    `unreadable`: someone changed the bytes that were sealed, so nothing said in it is shown.
    """

    index: int
    event_id: UUID
    service: str
    position: int
    previous: int
    type: str
    time: datetime
    recorded_at: datetime
    actor: ActorView
    service_user_id: str | None
    team_id: str | None
    resource: ResourceView
    summary: str
    content: dict[str, Any] | None
    content_state: Literal["shown", "confidential", "destroyed", "unreadable"]
    digest: str


class Looker(ResponseModel):
    staff_id: str
    name: str | None
    role: str


class AccessView(ResponseModel):
    """Someone looked, was refused, or broke the glass. `returned` counts what they were shown."""

    index: int
    event_id: UUID
    service: str
    time: datetime
    actor: Looker
    operation: str
    outcome: Literal["allowed", "denied"]
    code: str | None
    basis: Basis | None
    purpose: Purpose | None
    break_glass: bool
    override_id: UUID | None
    engagement_id: UUID | None
    resource: str | None
    returned: int | None
    restricted: bool


class TieView(ResponseModel):
    basis: Basis
    override_id: UUID | None


class RightView(ResponseModel):
    staff_id: str
    name: str | None
    at_work: bool
    excluded: bool
    ties: list[TieView]


class AccessRights(ResponseModel):
    """Who could see a record, by the rule that the services apply."""

    service_user_id: UUID
    as_of: datetime
    restricted: bool
    items: list[RightView]


class NoteReader(ResponseModel):
    """`acted`: did something to it or to a concern of it; its author too. `opened`: it or a concern
    of it. `listed`: shown a list of the person's notes or, if it has any, of their concerns.
    `ledger`: read the person's events here."""

    staff_id: str
    name: str | None
    role: str
    how: Literal["acted", "opened", "listed", "ledger"]
    first_at: datetime
    last_at: datetime
    times: int


class NoteReaders(ResponseModel):
    note_id: UUID
    service_user_id: UUID
    since: datetime
    until: datetime
    retracted: bool
    items: list[NoteReader]


class AlertView(ResponseModel):
    kind: Alert
    index: int
    event_id: UUID
    time: datetime
    actor: Looker
    service_user_id: UUID | None
    override_id: UUID | None


class WeekView(ResponseModel):
    """An ISO week in UTC. `reads` were allowed by overrides."""

    week_start: date
    granted: int
    renewals: int
    reviewed: int
    not_justified: int
    reads: int


class BreakGlassMeasure(ResponseModel):
    """XmR limits of `granted`; null until eight weeks are over."""

    measure: Literal["break-glass"]
    unit: Literal["overrides"]
    centre: float | None
    lower: float | None
    upper: float | None
    items: list[WeekView]


class EngagementRequest(RequestModel):
    """Neither team nor service user named: everything. `starts_at` is now unless it is said."""

    auditor_id: Name
    purpose: Paragraph
    approver_id: Name
    starts_at: Moment | None = None
    ends_at: Moment
    teams: Annotated[tuple[Name, ...], Field(max_length=100)] = ()
    service_user_ids: Annotated[tuple[UUID, ...], Field(max_length=1000)] = ()
    identities: Annotated[bool, Field(strict=True)] = False

    def terms(self, now: datetime) -> EngagementAgreed:
        said = {name: getattr(self, name) for name in type(self).model_fields}
        return EngagementAgreed(**{**said, "starts_at": self.starts_at or now})


class EndingRequest(RequestModel):
    reason: Paragraph


class Ending(ResponseModel):
    by: Actor
    at: datetime
    reason: str


class Agreement(ResponseModel):
    by: Actor
    at: datetime


class EngagementView(ResponseModel):
    id: UUID
    version: int
    auditor_id: str
    purpose: str
    approver_id: str
    starts_at: datetime
    ends_at: datetime
    teams: tuple[str, ...]
    service_user_ids: tuple[UUID, ...]
    identities: bool
    agreed: Agreement
    ended: Ending | None


class StandingView(ResponseModel):
    service: str
    last_position: int
    head_position: int | None
    head_age_seconds: float | None
    lag: int | None
    gaps_open: int
    gaps_filled: int


class Completeness(ResponseModel):
    complete: bool
    services: list[StandingView]

"""Requests and responses of referrals."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from services.referrals.schemas.caseloads import Handover
from services.referrals.schemas.deciding import (
    Assessment,
    ClockView,
    Decision,
    ReferrersAnswer,
    Review,
    Withdrawal,
)
from shared.contracts.notes import Plan
from shared.contracts.referrals import (
    ClosureOutcome,
    Complexity,
    PrimaryReason,
    Priority,
    Referrer,
    Source,
)
from shared.contracts.vocabulary import Need, Paragraph
from shared.kernel.actor import Actor
from shared.platform.http import ContentState, Moment, Name, RequestModel, ResponseModel

STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ReferrerRequest(Referrer):
    pass


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PlanRequest(Plan):
    pass


class ReferralRequest(RequestModel):
    service_user_id: UUID
    received_at: Moment
    source: Source
    urgency: Priority
    reason: Paragraph
    referrer: ReferrerRequest
    needs: Annotated[tuple[Need, ...], Field(max_length=30)] = ()
    goals: Annotated[tuple[Paragraph, ...], Field(max_length=30)] = ()
    primary_reason: PrimaryReason | None = None
    plan: PlanRequest | None = None


class AllocationRequest(RequestModel):
    worker_id: Name
    override_reason: Paragraph | None = None


class TransferRequest(AllocationRequest):
    handover: Paragraph


class ClosureRequest(RequestModel):
    """Support ends at the appropriate time, with a plan for it where there is one."""

    outcome: ClosureOutcome
    summary: Paragraph
    disengagement_plan: Paragraph | None = None


class Overridden(ResponseModel):
    """The limit that a manager went past, and how full the caseload was then."""

    limit: int
    load: int


class Allocation(ResponseModel):
    """A place on a caseload; `until` is null while the person is on it.

    A reason that was given though there was room overrode nothing.
    """

    worker_id: str
    weight: int
    by: Actor
    at: datetime
    override_reason: str | None
    overridden: Overridden | None
    until: datetime | None


class Transfer(ResponseModel):
    """The receiving worker accepts it or declines it afterwards, or hasn't yet."""

    from_worker_id: str
    worker_id: str
    handover: str | None
    override_reason: str | None
    by: Actor
    at: datetime
    accepted_at: datetime | None
    declined_at: datetime | None
    declined_because: str | None


class Closure(ResponseModel):
    outcome: ClosureOutcome
    summary: str | None
    disengagement_plan: str | None
    by: Actor
    at: datetime


class ReferralView(ResponseModel):
    """A referral. The words are null once they were destroyed.

    `urgency` is the referrer's, `priority` what it is now. `review_due` is for those who wait.
    `previous_referral_id` is the person's last referral that had ended when this one came.
    """

    id: UUID
    version: int
    service_user_id: UUID
    team_id: str
    status: str
    received_at: datetime
    source: Source
    urgency: Priority
    priority: Priority
    complexity: Complexity | None
    review_due: date | None
    needs: tuple[Need, ...]
    goals: tuple[str, ...] | None
    reason: str | None
    primary_reason: PrimaryReason | None
    plan: Plan | None
    referrer: Referrer | None
    previous_referral_id: UUID | None
    recorded_at: datetime
    recorded_by: Actor
    clock: ClockView
    decisions: list[Decision]
    assessments: list[Assessment]
    answers: list[ReferrersAnswer]
    reviews: list[Review]
    withdrawal: Withdrawal | None
    allocation: Allocation | None
    allocations: list[Allocation]
    transfers: list[Transfer]
    handover: Handover | None
    closure: Closure | None
    content_state: ContentState


class HistoryEntry(ResponseModel):
    event_id: UUID
    type: str
    version: int
    time: datetime
    actor: Actor
    changes: list[str]
    reason: str | None


class History(ResponseModel):
    items: list[HistoryEntry]

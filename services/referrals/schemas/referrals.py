"""Requests and responses of referrals."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from services.referrals.schemas.caseloads import Handover
from shared.contracts.referrals import (
    ClosureOutcome,
    DeclineReason,
    Priority,
    Referrer,
    Source,
)
from shared.contracts.referrals import Outcome as DecisionOutcome
from shared.contracts.vocabulary import Need, Paragraph
from shared.kernel.actor import Actor
from shared.platform.http import ContentState, Moment, Name, RequestModel, ResponseModel

STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ReferrerRequest(Referrer):
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


class DecisionRequest(RequestModel):
    """Accepted or declined. The other outcomes of the contract come with their routes."""

    outcome: Literal["accepted", "declined"]
    rationale: Paragraph
    reason_code: DeclineReason | None = None

    @model_validator(mode="after")
    def _declined_for_a_coded_reason(self) -> Self:
        if self.outcome == "declined" and self.reason_code is None:
            raise ValueError("a decline needs a reason_code")
        return self


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


class Decision(ResponseModel):
    outcome: DecisionOutcome
    rationale: str | None
    reason_code: DeclineReason | None
    by: Actor
    at: datetime


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
    """A referral. The words are null once they were destroyed."""

    id: UUID
    version: int
    service_user_id: UUID
    team_id: str
    status: str
    received_at: datetime
    source: Source
    urgency: Priority
    needs: tuple[Need, ...]
    goals: tuple[str, ...] | None
    reason: str | None
    referrer: Referrer | None
    recorded_at: datetime
    recorded_by: Actor
    decisions: list[Decision]
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

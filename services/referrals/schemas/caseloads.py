"""Requests and responses of caseloads."""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import model_validator

from shared.contracts.referrals import Complexity, ReallocationReason
from shared.contracts.supervision import WorkerStatus
from shared.contracts.vocabulary import Paragraph
from shared.platform.http import RequestModel, ResponseModel

Handover = Literal["awaiting", "accepted", "declined"]


class HandoverRequest(RequestModel):
    decision: Literal["accepted", "declined"]
    reason: Paragraph | None = None

    @model_validator(mode="after")
    def _declined_for_a_reason(self) -> Self:
        if (self.decision == "declined") != (self.reason is not None):
            raise ValueError("a hand-over is declined with a reason, and accepted without")
        return self


class CaseloadItem(ResponseModel):
    """`needs_reallocation` says why somebody else has to support them, if that is so."""

    service_user_id: UUID
    referral_id: UUID
    since: datetime
    weight: int
    complexity: Complexity | None
    handover: Handover | None
    needs_reallocation: ReallocationReason | None
    died_on: date | None
    moved_away_on: date | None


class CaseloadView(ResponseModel):
    """`open` counts places, which a person takes by their weight, and `people` heads.

    `headroom` is how many places the worker may be given without an override; of an absent worker
    none. Who works in several teams has the least limit of theirs here; an allocation is judged by
    the rules of the referral's team.
    """

    worker_id: str
    status: WorkerStatus | None
    open: int
    people: int
    limit: int
    headroom: int
    items: list[CaseloadItem]


class ReallocationView(ResponseModel):
    """Somebody whose worker left, is away, left the team, or declined the hand-over, and since
    when; stays until they are transferred or the support ends."""

    referral_id: UUID
    service_user_id: UUID
    worker_id: str
    because: ReallocationReason
    since: datetime
    due_at: datetime
    overdue: bool

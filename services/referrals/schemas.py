"""Requests and responses of the referrals service."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from nhs_number import is_valid  # type: ignore[attr-defined]
from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from shared.contracts.referrals import (
    ClosureOutcome,
    DeclineReason,
    LocalId,
    PersonName,
    Referrer,
    Source,
    Urgency,
)
from shared.contracts.referrals import Outcome as DecisionOutcome
from shared.contracts.vocabulary import Need, Paragraph
from shared.kernel.actor import Actor
from shared.platform.http import ContentState, Moment, Name, RequestModel, ResponseModel

STRICT = ConfigDict(extra="forbid")


def _valid(number: str) -> str:
    digits = number.isascii() and number.isdecimal() and len(set(number)) > 1
    if not digits or not is_valid(number):
        raise ValueError("this is not an NHS number: ten digits, the last a check digit")
    return number


def _could_be_born(on: date) -> date:
    if not date(1900, 1, 1) <= on <= datetime.now(UTC).date():
        raise ValueError("nobody in our care was born on this day")
    return on


Staff = Annotated[tuple[Name, ...], Field(max_length=200)]
NhsNumber = Annotated[str, Field(min_length=10, max_length=10), AfterValidator(_valid)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PersonNameRequest(PersonName):
    pass


@dataclass(frozen=True, kw_only=True, config=STRICT)
class LocalIdRequest(LocalId):
    pass


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ReferrerRequest(Referrer):
    pass


class ServiceUserRequest(RequestModel):
    nhs_number: NhsNumber | None = None
    local_ids: Annotated[tuple[LocalIdRequest, ...], Field(max_length=20)] = ()
    name: PersonNameRequest
    date_of_birth: Annotated[date, AfterValidator(_could_be_born)]
    team_id: Name
    care_coordinator_id: Name | None = None


class ServiceUserView(ResponseModel):
    """A service user. What is personal is null once it was destroyed."""

    id: UUID
    version: int
    nhs_number: str | None
    local_ids: tuple[LocalId, ...] | None
    name: PersonName | None
    date_of_birth: date | None
    team_id: str
    care_coordinator_id: str | None
    registered_at: datetime
    restricted: bool
    content_state: ContentState


class RestrictionRequest(RequestModel):
    """The whole of it: who isn't in a list any more is taken off it."""

    restricted: Annotated[bool, Field(strict=True)]
    named_staff: Staff = ()
    excluded_staff: Staff = ()
    reason: Paragraph

    @model_validator(mode="after")
    def _nobody_is_both(self) -> Self:
        if set(self.named_staff) & set(self.excluded_staff):
            raise ValueError("nobody is both named and excluded")
        return self


class RestrictionView(ResponseModel):
    restricted: bool
    named_staff: tuple[str, ...]
    excluded_staff: tuple[str, ...]


class SearchRequest(RequestModel):
    nhs_number: NhsNumber


class ServiceUserFound(ResponseModel):
    id: UUID
    team_id: str


class Found(ResponseModel):
    items: list[ServiceUserFound]


class ReferralRequest(RequestModel):
    service_user_id: UUID
    received_at: Moment
    source: Source
    urgency: Urgency
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
    outcome: ClosureOutcome
    summary: Paragraph


class Decision(ResponseModel):
    outcome: DecisionOutcome
    rationale: str | None
    reason_code: DeclineReason | None
    by: Actor
    at: datetime


class Allocation(ResponseModel):
    """A place on a caseload; `until` is null while the person is on it."""

    worker_id: str
    by: Actor
    at: datetime
    override_reason: str | None
    until: datetime | None


class Transfer(ResponseModel):
    from_worker_id: str
    worker_id: str
    handover: str
    override_reason: str | None
    by: Actor
    at: datetime


class Closure(ResponseModel):
    outcome: ClosureOutcome
    summary: str
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
    urgency: Urgency
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


class CaseloadItem(ResponseModel):
    service_user_id: UUID
    referral_id: UUID
    since: datetime


class CaseloadView(ResponseModel):
    """`headroom` is how many more the worker may be given without an override."""

    worker_id: str
    open: int
    limit: int
    headroom: int
    items: list[CaseloadItem]

"""Events of the referrals service (domain, section 4)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from annotated_types import MaxLen, MinLen

from shared.contracts.contract import PERSONAL, published
from shared.contracts.vocabulary import Line, Need, Paragraph

Source = Literal[
    "cmht", "primary_care", "self", "carer", "inpatient_ward", "crisis_team",
    "early_intervention", "housing", "voluntary_sector", "other",
]  # fmt: skip
Urgency = Literal["routine", "urgent"]
ClosureOutcome = Literal["goals_met", "disengaged", "moved", "died", "other"]
Outcome = Literal["accepted", "waiting_list", "declined", "redirected", "more_information"]
DeclineReason = Literal[
    "outside_criteria", "needs_met_elsewhere", "no_capacity", "person_declined",
    "insufficient_information", "other",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PersonName:
    given: Annotated[tuple[Line, ...], MinLen(1), MaxLen(10)]
    family: Line


@dataclass(frozen=True, kw_only=True)
class LocalId:
    """The person's id in another system, named by `system`."""

    system: Line
    value: Line


@dataclass(frozen=True, kw_only=True)
class Referrer:
    name: Line
    organisation: Line | None = None


@published("referrals", "service-user", "service-user-registered")
@dataclass(frozen=True, kw_only=True)
class ServiceUserRegistered:
    nhs_number: Annotated[str | None, PERSONAL]
    local_ids: Annotated[tuple[LocalId, ...], PERSONAL]
    name: Annotated[PersonName, PERSONAL]
    date_of_birth: Annotated[date, PERSONAL]
    team_id: str
    care_coordinator_id: str | None = None


@published("referrals", "service-user", "restriction-set")
@dataclass(frozen=True, kw_only=True)
class RestrictionSet:
    """Who may see this record from now on (domain, section 4).

    With `restricted`, only `named_staff`. `excluded_staff` never may, whatever else ties them:
    nobody opens their own record or that of someone close.
    """

    restricted: bool
    named_staff: Annotated[tuple[str, ...], MaxLen(200)]
    excluded_staff: Annotated[tuple[str, ...], MaxLen(200)]
    reason: Annotated[Paragraph, PERSONAL]


@published("referrals", "referral", "referral-received")
@dataclass(frozen=True, kw_only=True)
class ReferralReceived:
    service_user_id: UUID
    team_id: str
    received_at: datetime
    source: Source
    urgency: Urgency
    needs: tuple[Need, ...]
    reason: Annotated[str, PERSONAL]
    goals: Annotated[tuple[str, ...], PERSONAL]
    referrer: Annotated[Referrer, PERSONAL]


@published("referrals", "referral", "referral-decided")
@dataclass(frozen=True, kw_only=True)
class ReferralDecided:
    """A gatekeeper's decision, always with the reason the referrer is told (HB 5.10)."""

    outcome: Outcome
    reason_code: DeclineReason | None
    rationale: Annotated[str, PERSONAL]


@published("referrals", "referral", "referral-allocated")
@dataclass(frozen=True, kw_only=True)
class ReferralAllocated:
    """The person joins the worker's caseload."""

    service_user_id: UUID
    worker_id: str
    override_reason: Annotated[str | None, PERSONAL] = None


@published("referrals", "referral", "referral-transferred")
@dataclass(frozen=True, kw_only=True)
class ReferralTransferred:
    """The person moves from one worker's caseload to another's, with a hand-over note."""

    service_user_id: UUID
    from_worker_id: str
    worker_id: str
    handover: Annotated[Paragraph, PERSONAL]
    override_reason: Annotated[Paragraph | None, PERSONAL] = None


@published("referrals", "referral", "referral-closed")
@dataclass(frozen=True, kw_only=True)
class ReferralClosed:
    """Support ends. `worker_id` is whose caseload the person leaves, if anyone's."""

    service_user_id: UUID
    worker_id: str | None
    outcome: ClosureOutcome
    summary: Annotated[Paragraph, PERSONAL]

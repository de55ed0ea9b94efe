"""Help from elsewhere: agencies, referrals to them, and needs that nobody meets."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from annotated_types import Ge, MaxLen, MinLen

from shared.contracts.contract import PERSONAL, published
from shared.contracts.vocabulary import Line, Need, Paragraph, Slug

AgencyKind = Literal[
    "housing", "benefits", "citizens_advice", "debt_advice", "education", "employment", "gp",
    "voluntary_sector", "social_care", "substance_misuse", "physical_health", "mental_health",
    "advocacy_imha", "advocacy_imca", "advocacy_care_act", "other",
]  # fmt: skip
AgencyStatus = Literal["open", "closed"]
ConsentBasis = Literal["consent", "best_interests", "safeguarding", "legal_duty"]
OnwardOutcome = Literal[
    "support_received", "on_their_waiting_list", "declined_by_agency", "person_declined",
    "did_not_attend", "no_response", "other",
]  # fmt: skip
UnmetReason = Literal[
    "no_service", "waiting_list", "not_eligible", "cost", "access", "declined_by_service",
    "person_declined", "other",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AgencyDetails:
    """An organisation people are helped to reach. Nobody's personal data."""

    name: Line
    kinds: Annotated[tuple[AgencyKind, ...], MinLen(1), MaxLen(10)]
    telephone: Line | None = None
    email: Line | None = None
    website: Line | None = None
    how_to_refer: Paragraph | None = None
    ods_code: Slug | None = None
    status: AgencyStatus = "open"


@published("referrals", "agency", "agency-listed")
@dataclass(frozen=True, kw_only=True)
class AgencyListed:
    """An agency enters the directory under a name of its own."""

    agency_id: Slug
    details: AgencyDetails


@published("referrals", "agency", "agency-updated")
@dataclass(frozen=True, kw_only=True)
class AgencyUpdated:
    """The whole entry as it now stands; `changed` names the fields that differ."""

    details: AgencyDetails
    changed: tuple[str, ...]


@published("referrals", "onward-referral", "onward-referral-made")
@dataclass(frozen=True, kw_only=True)
class OnwardReferralMade:
    """The person is helped to reach an agency of the directory (as of `agency_version`), or one
    that isn't in it, with their consent or on another basis that says why not. `agency_name` is
    what it was called then."""

    service_user_id: UUID
    team_id: str
    agency_kind: AgencyKind
    agency_id: Slug | None
    agency_version: Annotated[int, Ge(1)] | None
    need: Need | None
    consent: ConsentBasis
    consented_on: date | None
    agency_name: Annotated[Line | None, PERSONAL]
    reason: Annotated[Paragraph, PERSONAL]
    without_consent_reason: Annotated[Paragraph | None, PERSONAL]


@published("referrals", "onward-referral", "onward-referral-acknowledged")
@dataclass(frozen=True, kw_only=True)
class OnwardReferralAcknowledged:
    """The agency has it, since a day."""

    service_user_id: UUID
    acknowledged_on: date
    details: Annotated[Paragraph | None, PERSONAL]


@published("referrals", "onward-referral", "onward-referral-outcome-recorded")
@dataclass(frozen=True, kw_only=True)
class OnwardReferralOutcomeRecorded:
    """What came of it; a later outcome takes an earlier one's place."""

    service_user_id: UUID
    outcome: OnwardOutcome
    known_on: date
    details: Annotated[Paragraph | None, PERSONAL]


@published("referrals", "unmet-need", "unmet-need-recorded")
@dataclass(frozen=True, kw_only=True)
class UnmetNeedRecorded:
    """A need that nothing meets, and why (JD Hambleton)."""

    service_user_id: UUID
    team_id: str
    need: Need
    why: UnmetReason
    onward_referral_id: UUID | None
    details: Annotated[Paragraph | None, PERSONAL]


@published("referrals", "unmet-need", "unmet-need-met")
@dataclass(frozen=True, kw_only=True)
class UnmetNeedMet:
    """It is met after all, since a day."""

    service_user_id: UUID
    met_on: date
    details: Annotated[Paragraph | None, PERSONAL]

"""A referral to STR workers: received, assessed, decided with a reason, waiting, ended."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from annotated_types import Ge, MaxLen, MinLen

from shared.contracts.contract import PERSONAL, published
from shared.contracts.notes import Plan
from shared.contracts.vocabulary import Line, Narrative, Need, Paragraph, Slug

Source = Literal[
    "cmht", "primary_care", "self", "carer", "inpatient_ward", "crisis_team",
    "early_intervention", "housing", "voluntary_sector", "other",
    "gp_practice", "health_visitor", "maternity_service", "social_services", "education",
    "employer", "occupational_health", "police", "court", "probation", "prison",
    "court_liaison", "youth_offending", "school_nurse", "hospital_paediatrics",
    "community_paediatrics", "medium_secure_unit", "low_secure_unit", "independent_sector",
    "emergency_department", "acute_hospital", "other_mental_health_trust",
    "other_mental_health_trust_temporary", "asylum_service", "telephone_access",
    "out_of_area_agency", "substance_misuse", "job_centre", "single_point_of_access",
    "debt_agency", "drop_in_service",
]  # fmt: skip
"""SourceOfReferralMH, one to one but for a trust's own teams, which it counts as internal."""
Priority = Literal["emergency", "very_urgent", "urgent", "routine"]
"""ClinRespPriorityType, the most pressing first."""
PrimaryReason = Literal[
    "first_episode_psychosis", "ongoing_psychosis", "bipolar", "depression", "anxiety",
    "obsessive_compulsive", "phobias", "organic_brain_disorder", "drug_alcohol",
    "unexplained_physical_symptoms", "post_traumatic_stress", "eating_disorder", "perinatal",
    "personality_disorder", "self_harm", "conduct_disorder", "in_crisis",
    "relationship_difficulties", "gender_discomfort", "attachment_difficulties", "self_care",
    "adjustment_to_health", "neurodevelopmental", "suspected_autism", "diagnosed_autism",
    "preconception_perinatal", "gambling", "perinatal_partner_assessment",
    "behaviour_that_challenges", "employment_support",
]  # fmt: skip
"""PrimReasonReferralMH, one to one, in its order."""
Route = Literal["manager", "meeting", "worker"]
"""Who decides (HB 5.10 and 5.11)."""
Outcome = Literal["accepted", "waiting_list", "declined", "redirected", "more_information"]
DeclineReason = Literal[
    "outside_criteria", "needs_met_elsewhere", "no_capacity", "person_declined",
    "insufficient_information", "duplicate_referral", "other",
]  # fmt: skip
WithdrawalReason = Literal[
    "referrer_withdrew", "person_declined", "needs_met_elsewhere", "moved", "admitted", "died",
    "other",
]  # fmt: skip
Complexity = Literal["standard", "complex", "highly_complex"]


@dataclass(frozen=True, kw_only=True)
class Referrer:
    name: Line
    organisation: Line | None = None


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """A caseload review meeting that decided: its reference, the day, which staff were there."""

    reference: Slug
    held_on: date
    present: Annotated[tuple[Slug, ...], MinLen(1), MaxLen(50)]


@published("referrals", "referral", "referral-received")
@dataclass(frozen=True, kw_only=True)
class ReferralReceived:
    """`previous_referral_id` is the person's last episode, where there was one.

    `decide_by` and `allocate_by` are by the rules in force when it was received, before any stop.
    """

    service_user_id: UUID
    team_id: str
    received_at: datetime
    source: Source
    urgency: Priority
    needs: tuple[Need, ...]
    reason: Annotated[str, PERSONAL]
    goals: Annotated[tuple[str, ...], PERSONAL]
    referrer: Annotated[Referrer, PERSONAL]
    previous_referral_id: UUID | None = None
    primary_reason: Annotated[PrimaryReason | None, PERSONAL] = None
    plan: Annotated[Plan | None, PERSONAL] = None
    decide_by: datetime | None = None
    allocate_by: datetime | None = None


@published("referrals", "referral", "assessment-requested")
@dataclass(frozen=True, kw_only=True)
class AssessmentRequested:
    """More experienced staff look first (HB 5.10); `assessor_id` where someone was asked."""

    service_user_id: UUID
    assessor_id: Slug | None
    due_on: date | None
    reason: Annotated[Paragraph | None, PERSONAL]


@published("referrals", "referral", "assessment-completed")
@dataclass(frozen=True, kw_only=True)
class AssessmentCompleted:
    """What the actor found; `recommends` binds nobody."""

    service_user_id: UUID
    recommends: Outcome | None
    complexity: Complexity | None
    findings: Annotated[Narrative, PERSONAL]


@published("referrals", "referral", "referral-decided")
@dataclass(frozen=True, kw_only=True)
class ReferralDecided:
    """A gatekeeper's decision, always with the reason the referrer is told (HB 5.10).

    By one of the policy's routes, as the policy version stood. `more_information` stops the clock:
    the rationale is what is asked. `redirected_to` is where to turn instead.
    """

    outcome: Outcome
    reason_code: DeclineReason | None
    rationale: Annotated[str, PERSONAL]
    route: Route = "manager"
    policy_version: Annotated[int, Ge(1)] = 1
    priority: Priority | None = None
    complexity: Complexity | None = None
    review_due: date | None = None
    meeting: Meeting | None = None
    redirected_to: Annotated[Line | None, PERSONAL] = None


@published("referrals", "referral", "referral-information-received")
@dataclass(frozen=True, kw_only=True)
class ReferralInformationReceived:
    """What was asked for has come: the clock goes on."""

    service_user_id: UUID
    information: Annotated[Narrative, PERSONAL]


@published("referrals", "referral", "waiting-list-reviewed")
@dataclass(frozen=True, kw_only=True)
class WaitingListReviewed:
    """Somebody looked again at someone who waits."""

    service_user_id: UUID
    priority: Priority
    review_due: date
    findings: Annotated[Paragraph, PERSONAL]


@published("referrals", "referral", "referral-moved")
@dataclass(frozen=True, kw_only=True)
class ReferralMoved:
    """The person is another team's now, and what is open of theirs goes along."""

    service_user_id: UUID
    from_team_id: str
    team_id: str


@published("referrals", "referral", "referral-withdrawn")
@dataclass(frozen=True, kw_only=True)
class ReferralWithdrawn:
    """Taken back before anyone worked with the person."""

    service_user_id: UUID
    reason_code: WithdrawalReason
    reason: Annotated[Paragraph, PERSONAL]

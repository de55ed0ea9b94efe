"""What support goes by: plans and goals, carers, what may be shared, visiting safely."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from annotated_types import MaxLen, MinLen, Predicate

from shared.contracts.contract import PERSONAL, published
from shared.contracts.notes import Boundary
from shared.contracts.vocabulary import Line, Need, Paragraph, Slug

PlanKind = Literal["care_plan", "wrap", "crisis_contingency", "recovery_plan"]
PlanReview = Literal["continued", "changed", "ended"]
Progress = Literal["not_started", "working_towards", "partly_achieved", "achieved", "set_aside"]
Recipient = Literal[
    "carer", "family", "gp", "housing", "employer", "education", "benefits", "voluntary_sector",
    "social_services", "police", "other",
]  # fmt: skip
Sharing = Literal["everything", "some", "nothing"]
VisitRisk = Literal[
    "two_staff", "no_home_visits", "animals", "aggression", "environment", "other_occupant",
    "substance_use", "infection", "other",
]  # fmt: skip
AlertReview = Literal["kept", "ended"]


def is_reference(text: str) -> bool:
    """Whether a text is what people use to number plans: no room for anybody's name."""
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9./_-]*", text) is not None


Reference = Annotated[str, MinLen(1), MaxLen(40), Predicate(is_reference)]


@dataclass(frozen=True, kw_only=True)
class AuthorisedTask:
    """A task that a plan lets an unregistered worker do (HB 5.15), named as policy names it."""

    boundary: Boundary
    task: Slug


@published("referrals", "plan", "plan-registered")
@dataclass(frozen=True, kw_only=True)
class PlanRegistered:
    """A plan, valid from a day through another, and the tasks it authorises (domain, section 2).

    Notes finds it by its id or by `reference`.
    """

    service_user_id: UUID
    team_id: str
    plan_kind: PlanKind
    reference: Reference | None
    tasks: Annotated[tuple[AuthorisedTask, ...], MaxLen(50)]
    valid_from: date
    valid_to: date | None
    review_due: date | None
    carer_involved: bool | None
    agreed_with: Annotated[tuple[Line, ...], MaxLen(20), PERSONAL]
    own_words: Annotated[Paragraph | None, PERSONAL]


@published("referrals", "plan", "plan-reviewed")
@dataclass(frozen=True, kw_only=True)
class PlanReviewed:
    """The plan as it now stands. Ended: valid through `valid_to`, the day of the review or
    before."""

    service_user_id: UUID
    outcome: PlanReview
    reference: Reference | None
    tasks: Annotated[tuple[AuthorisedTask, ...], MaxLen(50)]
    valid_from: date
    valid_to: date | None
    review_due: date | None
    carer_involved: bool | None
    agreed_with: Annotated[tuple[Line, ...], MaxLen(20), PERSONAL]
    own_words: Annotated[Paragraph | None, PERSONAL]
    findings: Annotated[Paragraph | None, PERSONAL]


@published("referrals", "goal", "goal-set")
@dataclass(frozen=True, kw_only=True)
class GoalSet:
    """What the person wants, in their words; of a plan, where it belongs to one."""

    service_user_id: UUID
    team_id: str
    plan_id: UUID | None
    need: Need | None
    target_on: date | None
    goal: Annotated[Paragraph, PERSONAL]


@published("referrals", "goal", "goal-progress-recorded")
@dataclass(frozen=True, kw_only=True)
class GoalProgressRecorded:
    """How far it has come, in the person's own words where they said it (HB B5.1)."""

    service_user_id: UUID
    progress: Progress
    own_words: Annotated[Paragraph | None, PERSONAL]
    worker_view: Annotated[Paragraph | None, PERSONAL]


@dataclass(frozen=True, kw_only=True)
class Carer:
    """Family or a friend who helps (HB 10), and how to reach them."""

    name: Line
    relationship: Line
    telephone: Line | None = None
    email: Line | None = None
    main_carer: bool = False
    next_of_kin: bool = False
    emergency_contact: bool = False
    parental_responsibility: bool = False


@published("referrals", "carer", "carer-recorded")
@dataclass(frozen=True, kw_only=True)
class CarerRecorded:
    """`in_confidence` is what the carer said that is kept from the service user's copy."""

    service_user_id: UUID
    team_id: str
    carer: Annotated[Carer, PERSONAL]
    in_confidence: Annotated[Paragraph | None, PERSONAL]


@published("referrals", "carer", "carer-updated")
@dataclass(frozen=True, kw_only=True)
class CarerUpdated:
    """As it now stands; no longer a carer after `ended_on`."""

    service_user_id: UUID
    ended_on: date | None
    carer: Annotated[Carer, PERSONAL]
    in_confidence: Annotated[Paragraph | None, PERSONAL]


@published("referrals", "sharing-preference", "sharing-preference-recorded")
@dataclass(frozen=True, kw_only=True)
class SharingPreferenceRecorded:
    """What the person lets be told to whom, as they said it. The newest of a recipient counts.

    `carer_id` names the carer, where it is one of those recorded.
    """

    service_user_id: UUID
    team_id: str
    recipient: Recipient
    carer_id: UUID | None
    may_share: Sharing
    review_due: date | None
    own_words: Annotated[Paragraph | None, PERSONAL]


@published("referrals", "visit-alert", "visit-alert-set")
@dataclass(frozen=True, kw_only=True)
class VisitAlertSet:
    """What a lone worker must know before a visit; looked at again by `review_due`."""

    service_user_id: UUID
    team_id: str
    review_due: date
    risk: Annotated[VisitRisk, PERSONAL]
    instructions: Annotated[Paragraph, PERSONAL]


@published("referrals", "visit-alert", "visit-alert-reviewed")
@dataclass(frozen=True, kw_only=True)
class VisitAlertReviewed:
    """Kept until another day, with what it says now; or ended."""

    service_user_id: UUID
    outcome: AlertReview
    review_due: date | None
    instructions: Annotated[Paragraph, PERSONAL]
    findings: Annotated[Paragraph | None, PERSONAL]

"""What a note says: codes of the contact, words of the account (domain, section 2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen

from shared.contracts.vocabulary import Line, Narrative, Need, Paragraph, Slug

Minutes = Annotated[int, Ge(0), Le(24 * 60)]
Pence = Annotated[int, Ge(0), Le(100_000_000)]

RecordedFrom = Literal["live", "paper", "downtime"]
ContactKind = Literal["direct", "indirect", "proxy"]
Setting = Literal[
    "home", "community", "clinic", "ward", "office", "gp_surgery", "college", "housing_office",
    "job_centre", "prison", "other",
]  # fmt: skip
Mechanism = Literal[
    "face_to_face", "telephone", "talk_type", "email", "text", "instant_message", "video",
    "message_board", "chat_room", "other",
]  # fmt: skip
Attendance = Literal[
    "attended", "attended_late", "late_not_seen", "did_not_attend", "cancelled_by_service_user",
    "cancelled_by_provider",
]  # fmt: skip
Other = Literal[
    "carer", "family_member", "friend", "interpreter", "advocate", "agency_worker", "other"
]
Function = Literal[
    "independent_living", "companionship", "practical_support", "daily_living", "ordinary_lives",
    "access_to_resources", "health_promotion", "involvement",
]  # fmt: skip
"""The eight functions of HB B3.1."""
Boundary = Literal[
    "clinical_treatment", "medication", "mental_health_act", "service_management", "counselling",
    "care_coordination",
]  # fmt: skip
"""HB 5.15 and 5.18."""
BoundaryClass = Literal["contribution", "delegated_task", "outside_role"]
ConcernKind = Literal["relapse_sign", "risk", "safeguarding", "medication"]
Urgency = Literal["routine", "urgent"]
Basis = Literal["witnessed", "validated", "reviewed"]
Flag = Literal["late", "no_relationship", "outside_role", "after_death", "after_event"]
Outstanding = Literal["late_entry_reason", "boundary_authority"]
Reason = Literal[
    "author_not_registered", "no_competence_sign_off", "task_not_signed_off",
    "no_record_keeping_training", "outside_role", "concern_raised", "policy",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The plan an activity belongs to (HB 5.17)."""

    kind: Literal["care_plan", "wrap", "crisis_contingency", "recovery_plan"]
    reference: Line | None = None
    goal: Paragraph | None = None


@dataclass(frozen=True, kw_only=True)
class BoundaryActivity:
    """One of the six boundaries, and which class of practice it was (HB 5.15)."""

    boundary: Boundary
    practice: BoundaryClass
    task: Line | None = None
    authority: Line | None = None


@dataclass(frozen=True, kw_only=True)
class Alert:
    """Who was told of a concern, how and when."""

    who: Line
    how: Literal["telephone", "in_person", "message"]
    at: datetime

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("a time needs its offset")


@dataclass(frozen=True, kw_only=True)
class Concern:
    """A sign of relapse, risk or harm, told to someone in time (NMC 10.2)."""

    kind: ConcernKind
    urgency: Urgency
    description: Paragraph
    alerted: Annotated[tuple[Alert, ...], MaxLen(20)] = ()
    service_user_told: bool | None = None
    not_told_reason: Paragraph | None = None
    about_staff: Annotated[tuple[Slug, ...], MaxLen(20)] = ()
    """Staff whom it is about: never routed to, readable, signed or closed by them."""


@dataclass(frozen=True, kw_only=True)
class Money:
    """Money handled for someone. `amount_pence` is in pence sterling."""

    amount_pence: Pence
    purpose: Paragraph
    receipt: bool
    witness: Line | None = None


@dataclass(frozen=True, kw_only=True)
class Contact:
    """When, where and how: codes only. `duration_minutes` is whole minutes."""

    occurred_at: datetime
    setting: Setting
    mechanism: Mechanism
    attendance: Attendance
    functions: tuple[Function, ...]
    needs: tuple[Need, ...] = ()
    contact: ContactKind = "direct"
    recorded_from: RecordedFrom = "live"
    duration_minutes: int | None = None
    others_present: tuple[Other, ...] = ()
    staff_present: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Account:
    """What was said and done, in words: personal, every field of it."""

    narrative: Narrative
    service_user_view: Narrative | None = None
    carer_view: Narrative | None = None
    plan: Plan | None = None
    boundary_activities: tuple[BoundaryActivity, ...] = ()
    concern: Concern | None = None
    money: Money | None = None
    late_entry_reason: Paragraph | None = None


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """Whether a countersignature is due, by when and why, under which policy version."""

    required: bool
    due_at: datetime | None
    policy_version: int
    reasons: tuple[Reason, ...]

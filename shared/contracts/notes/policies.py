"""A team's record-keeping policy: rules that are data, and how they come into force."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen, MinLen

from shared.contracts.contract import published
from shared.contracts.notes.content import Basis, Boundary
from shared.contracts.policies import PolicyDeclined, PolicyProposed, PolicyPublished
from shared.contracts.supervision import RegistrationBody
from shared.contracts.vocabulary import Line, Slug

Trigger = Literal[
    "always", "author_not_registered", "no_competence_sign_off", "task_not_signed_off",
    "no_record_keeping_training", "concern_raised",
]  # fmt: skip
"""`always` asks for everybody's notes; the others ask for those of unregistered authors only. None
at all: never. What is outside the role is countersigned whatever a policy says (HB 5.15)."""
Recipient = Literal["care_coordinator", "duty", "line_manager", "team", "named"]
"""To whom a concern goes on: `line_manager` is the raiser's, `named` the policy's own list."""
Hours = Annotated[int, Ge(1), Le(24 * 14)]


@dataclass(frozen=True, kw_only=True)
class DelegatedTask:
    """What a delegated task needs: a plan that names it, or current training in `course`."""

    boundary: Boundary
    task: Line
    needs: Literal["plan", "training"]
    course: Slug | None = None


@dataclass(frozen=True, kw_only=True)
class RecordKeepingRules:
    """What a team's policy says (domain, section 3). None of the numbers is a national rule.

    Working days run to the end of the last one, in England; hours run through the night.
    """

    late_after_hours: Hours
    countersign_when: Annotated[tuple[Trigger, ...], MaxLen(6)]
    countersign_bases: Annotated[tuple[Basis, ...], MinLen(1), MaxLen(3)]
    countersign_bodies: Annotated[tuple[RegistrationBody, ...], MinLen(1), MaxLen(4)]
    countersign_working_days: Annotated[int, Ge(1), Le(60)]
    countersign_after_concern_hours: Hours
    acknowledge_hours: Hours
    acknowledge_urgent_hours: Hours
    escalate_to: Annotated[tuple[Recipient, ...], MinLen(1), MaxLen(10)]
    escalate_named: Annotated[tuple[Slug, ...], MaxLen(20)]
    escalate_every_minutes: Annotated[int, Ge(5), Le(24 * 60)]
    delegated_tasks: Annotated[tuple[DelegatedTask, ...], MaxLen(100)]


SHIPPED_RULES = RecordKeepingRules(
    late_after_hours=24,
    countersign_when=(
        "no_competence_sign_off", "task_not_signed_off", "no_record_keeping_training",
        "concern_raised",
    ),
    countersign_bases=("witnessed", "validated"),
    countersign_bodies=("NMC", "HCPC", "GMC", "SWE"),
    countersign_working_days=3,
    countersign_after_concern_hours=24,
    acknowledge_hours=4,
    acknowledge_urgent_hours=1,
    escalate_to=("duty", "line_manager", "team"),
    escalate_named=(),
    escalate_every_minutes=60,
    delegated_tasks=(
        DelegatedTask(
            boundary="clinical_treatment", task="blood_pressure", needs="training",
            course="blood_pressure",
        ),
        DelegatedTask(
            boundary="clinical_treatment", task="first_aid", needs="training",
            course="first_aid",
        ),
        DelegatedTask(boundary="medication", task="prompt", needs="plan"),
        DelegatedTask(
            boundary="medication", task="administer", needs="training", course="medicines"
        ),
        DelegatedTask(boundary="service_management", task="supervising", needs="plan"),
        DelegatedTask(
            boundary="counselling", task="specialist_role", needs="training",
            course="counselling",
        ),
    ),
)  # fmt: skip
"""Policy version 1: what holds where a team has published nothing, so that no event says it."""


@published("notes", "record-keeping-policy", "record-keeping-policy-proposed")
@dataclass(frozen=True, kw_only=True)
class RecordKeepingPolicyProposed(PolicyProposed):
    """It loosens what is in force, so somebody else has to approve it."""

    rules: RecordKeepingRules


@published("notes", "record-keeping-policy", "record-keeping-policy-published")
@dataclass(frozen=True, kw_only=True)
class RecordKeepingPolicyPublished(PolicyPublished):
    """In force from `effective_from`, never for what was decided before.

    `loosened` names the rules that are looser than before, which took `approved_by`; `reason` is
    what they said of it.
    """

    rules: RecordKeepingRules


@published("notes", "record-keeping-policy", "record-keeping-policy-declined")
@dataclass(frozen=True, kw_only=True)
class RecordKeepingPolicyDeclined(PolicyDeclined):
    """The second person did not approve what was proposed."""

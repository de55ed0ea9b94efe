"""Who supports whom: allocation, hand-over, the end, and what must be allocated again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from annotated_types import Ge

from shared.contracts.contract import PERSONAL, published
from shared.contracts.vocabulary import Paragraph

ClosureOutcome = Literal[
    "goals_met", "disengaged", "moved", "died", "other",
    "person_declined", "needs_met_elsewhere", "admitted", "no_further_support",
    "refused_to_be_seen",
]  # fmt: skip
"""ReferClosReason, one to one but for `other`, which it lacks."""
ReallocationReason = Literal["left", "absent", "left_team", "handover_declined"]
Weight = Annotated[int, Ge(1)]
"""How much of a caseload a person takes: 1, unless policy weighs by complexity."""


@published("referrals", "referral", "referral-allocated")
@dataclass(frozen=True, kw_only=True)
class ReferralAllocated:
    """The person joins the worker's caseload."""

    service_user_id: UUID
    worker_id: str
    override_reason: Annotated[str | None, PERSONAL] = None
    weight: Weight = 1


@published("referrals", "referral", "caseload-limit-overridden")
@dataclass(frozen=True, kw_only=True)
class CaseloadLimitOverridden:
    """A manager put `load` on a caseload whose limit is `limit` (HB 5.10), with the reason."""

    service_user_id: UUID
    worker_id: str
    limit: Annotated[int, Ge(0)]
    load: Annotated[int, Ge(1)]
    reason: Annotated[Paragraph, PERSONAL]


@published("referrals", "referral", "referral-transferred")
@dataclass(frozen=True, kw_only=True)
class ReferralTransferred:
    """The person moves from one worker's caseload to another's, with a hand-over note."""

    service_user_id: UUID
    from_worker_id: str
    worker_id: str
    handover: Annotated[Paragraph, PERSONAL]
    override_reason: Annotated[Paragraph | None, PERSONAL] = None
    weight: Weight = 1


@published("referrals", "referral", "handover-accepted")
@dataclass(frozen=True, kw_only=True)
class HandoverAccepted:
    """The receiving worker, the actor, takes the person on."""

    service_user_id: UUID


@published("referrals", "referral", "handover-declined")
@dataclass(frozen=True, kw_only=True)
class HandoverDeclined:
    """The receiving worker can't: the person stays on their caseload until allocated again."""

    service_user_id: UUID
    reason: Annotated[Paragraph, PERSONAL]


@published("referrals", "referral", "referral-closed")
@dataclass(frozen=True, kw_only=True)
class ReferralClosed:
    """Support ends. `worker_id` is whose caseload the person leaves, if anyone's."""

    service_user_id: UUID
    worker_id: str | None
    outcome: ClosureOutcome
    summary: Annotated[Paragraph, PERSONAL]
    disengagement_plan: Annotated[Paragraph | None, PERSONAL] = None


@published("referrals", "reallocation", "reallocation-due")
@dataclass(frozen=True, kw_only=True)
class ReallocationDue:
    """Someone's worker left, is away, or won't take them: noticed by the clock, once.

    `since` when that holds, and `due_at` by when somebody else supports them (the team's policy).
    """

    referral_id: UUID
    service_user_id: UUID
    team_id: str
    worker_id: str
    because: ReallocationReason
    since: datetime
    due_at: datetime

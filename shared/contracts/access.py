"""Who looked, who was refused and who broke the glass (domain, section 6).

Every service publishes the first two. Codes and ids only: what was looked at is never repeated.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from annotated_types import Ge, MaxLen

from shared.contracts.contract import PERSONAL, published
from shared.contracts.system import SERVICES
from shared.contracts.vocabulary import Paragraph
from shared.kernel.relationship import Basis

Purpose = Literal["direct_care", "break_glass", "integration", "audit", "information_governance"]
OverrideReason = Literal[
    "emergency", "risk_to_life", "safeguarding", "crisis_contact", "duty_cover", "direct_care",
    "service_user_request", "legal_duty", "other",
]  # fmt: skip
ReviewOutcome = Literal["justified", "not_justified"]


@dataclass(frozen=True, kw_only=True)
class RecordRead:
    """Someone was shown a person's data. Recorded before the answer leaves.

    `service_user_ids` are all the service users whose data was in the answer, `staff_ids` the
    workers whose confidential record was, `returned` how many items. `resource`
    is `kind/id` where one thing was asked for. `basis` is why it was allowed; `override_id` names
    the broken glass and `engagement_id` the audit that allowed it.
    """

    operation: str
    service_user_ids: tuple[UUID, ...]
    resource: str | None
    returned: Annotated[int, Ge(0)]
    basis: Basis
    purpose: Purpose
    override_id: UUID | None = None
    engagement_id: UUID | None = None
    restricted: bool = False
    staff_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AccessDenied:
    """Someone was refused for who they are. `code` is the refusal's, as the answer gave it.

    `staff_id` is the worker whose confidential record it was.
    """

    operation: str
    code: str
    service_user_id: UUID | None = None
    resource: str | None = None
    restricted: bool = False
    staff_id: str | None = None


for _service in SERVICES:
    published(_service, "access", "record-read")(RecordRead)
    published(_service, "access", "access-denied")(AccessDenied)


@published("notes", "access-override", "access-override-granted")
@dataclass(frozen=True, kw_only=True)
class AccessOverrideGranted:
    """Break-glass: a member of staff sees one person's record until a time, in every service.

    `renewal` counts how often they had broken it for this person without a gap before.
    """

    service_user_id: UUID
    team_id: str
    reason_code: OverrideReason
    reason: Annotated[Paragraph, PERSONAL]
    until: datetime
    review_due_at: datetime
    renewal: Annotated[int, Ge(0)]
    restricted: bool


@published("notes", "access-override", "access-override-reviewed")
@dataclass(frozen=True, kw_only=True)
class AccessOverrideReviewed:
    outcome: ReviewOutcome
    reason: Annotated[Paragraph, PERSONAL]


@published("audit", "engagement", "engagement-agreed")
@dataclass(frozen=True, kw_only=True)
class EngagementAgreed:
    """An auditor may read within it. Empty `teams` and `service_user_ids` cover everything.

    Without `identities` content and names stay hidden: the ids are pseudonyms already.
    """

    auditor_id: str
    purpose: Paragraph
    approver_id: str
    starts_at: datetime
    ends_at: datetime
    teams: Annotated[tuple[str, ...], MaxLen(100)] = ()
    service_user_ids: Annotated[tuple[UUID, ...], MaxLen(1000)] = ()
    identities: bool = False


@published("audit", "engagement", "engagement-ended")
@dataclass(frozen=True, kw_only=True)
class EngagementEnded:
    """Ended before its time."""

    auditor_id: str
    reason: Paragraph

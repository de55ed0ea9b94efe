"""Decisions about service users that were made in supervision: in that person's record."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from annotated_types import MaxLen

from shared.contracts.contract import PERSONAL, published
from shared.contracts.vocabulary import Narrative, Paragraph, Slug

RetractionKind = Literal["entered_in_error", "wrong_person"]


@published("supervision", "case-decision", "case-decision-recorded")
@dataclass(frozen=True, kw_only=True)
class CaseDecisionRecorded:
    """Sealed under the service user's key: it is in their subject access answer. `flags` has
    `no_relationship` if who recorded it had none, and `after_death`."""

    service_user_id: UUID
    team_id: str | None
    session_id: UUID
    supervision_kind: Slug
    worker_id: str
    supervisor_id: str
    flags: Annotated[tuple[str, ...], MaxLen(10)]
    decision: Annotated[Narrative, PERSONAL]


@published("supervision", "case-decision", "case-decision-retracted")
@dataclass(frozen=True, kw_only=True)
class CaseDecisionRetracted:
    """Struck through; of the wrong person, hidden from everybody but who recorded it."""

    service_user_id: UUID
    kind: RetractionKind
    reason: Annotated[Paragraph, PERSONAL]

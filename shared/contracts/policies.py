"""What the events of every service's team policies say (ADR 12); each adds its own `rules`."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from annotated_types import Ge

from shared.contracts.vocabulary import Line, Paragraph


@dataclass(frozen=True, kw_only=True)
class PolicyProposed:
    """It loosens what is in force, so somebody else has to approve it."""

    team_id: str
    rules: Any
    effective_from: datetime
    loosened: tuple[str, ...]
    committee_reference: Line
    review_on: date


@dataclass(frozen=True, kw_only=True)
class PolicyPublished:
    """In force from `effective_from`, never for what was decided before."""

    team_id: str
    policy_version: Annotated[int, Ge(1)]
    rules: Any
    effective_from: datetime
    proposed_by: str
    approved_by: str | None = None
    loosened: tuple[str, ...] = ()
    committee_reference: Line | None = None
    review_on: date | None = None
    reason: Paragraph | None = None


@dataclass(frozen=True, kw_only=True)
class PolicyDeclined:
    """The second person did not approve what was proposed."""

    team_id: str
    reason: Paragraph

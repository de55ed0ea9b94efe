"""Agreements of supervision: which kind, from whom, how often, what for (HB 5.21, 5.22)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from annotated_types import Ge, Le, MaxLen

from shared.contracts.contract import PERSONAL, published
from shared.contracts.vocabulary import Paragraph, Slug

Weeks = Annotated[int, Ge(1), Le(104)]
Party = Literal["worker", "supervisor"]
Limit = Literal["risk_of_harm", "safeguarding", "misconduct", "law"]
"""What confidentiality ends at, in every agreement (domain, section 5)."""


@published("supervision", "supervision-agreement", "supervision-agreed")
@dataclass(frozen=True, kw_only=True)
class SupervisionAgreed:
    """One worker, one supervisor, one kind. `interval_weeks` is None for what is given as needed.

    `kind` is one of those that the team's policy names.
    """

    worker_id: str
    supervisor_id: str
    team_id: str
    kind: Slug
    interval_weeks: Weeks | None
    starts_on: date
    limits: Annotated[tuple[Limit, ...], MaxLen(4)]
    policy_version: Annotated[int, Ge(1)]
    purpose: Annotated[Paragraph, PERSONAL]
    further_limits: Annotated[Paragraph | None, PERSONAL] = None


@published("supervision", "supervision-agreement", "supervision-agreement-accepted")
@dataclass(frozen=True, kw_only=True)
class SupervisionAgreementAccepted:
    """The worker, or the supervisor whom somebody else named, agrees to it."""

    party: Party


@published("supervision", "supervision-agreement", "supervision-agreement-ended")
@dataclass(frozen=True, kw_only=True)
class SupervisionAgreementEnded:
    """`ended_on` is the last day on which supervision was due under it."""

    ended_on: date
    reason: Annotated[Paragraph, PERSONAL]


@published("supervision", "supervision-agreement", "supervision-overdue")
@dataclass(frozen=True, kw_only=True)
class SupervisionOverdue:
    """By the clock, once for each day on which one was due: none had been held by its end.

    Of several that passed while nobody noticed, the last."""

    agreement_id: UUID
    worker_id: str
    supervisor_id: str
    team_id: str
    kind: Slug
    due_on: date

"""Personal development plans, in which a worker's supervision is drawn together (HB 5.22)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from annotated_types import MaxLen, MinLen

from shared.contracts.contract import PERSONAL, published
from shared.contracts.vocabulary import Paragraph, Slug

ObjectiveStatus = Literal["open", "met", "dropped"]
PlanReview = Literal["continues", "ended"]


@dataclass(frozen=True, kw_only=True)
class Objective:
    """What the worker wants to reach, by when, by which courses and which supervision."""

    id: UUID
    objective: Paragraph
    by: date | None = None
    courses: Annotated[tuple[Slug, ...], MaxLen(20)] = ()
    agreement_ids: Annotated[tuple[UUID, ...], MaxLen(20)] = ()


@published("supervision", "development-plan", "development-plan-agreed")
@dataclass(frozen=True, kw_only=True)
class DevelopmentPlanAgreed:
    """One worker has one that goes on."""

    worker_id: str
    team_id: str
    review_on: date
    objectives: Annotated[tuple[Objective, ...], MinLen(1), MaxLen(30), PERSONAL]


@published("supervision", "development-plan", "development-objective-added")
@dataclass(frozen=True, kw_only=True)
class DevelopmentObjectiveAdded:
    objective: Annotated[Objective, PERSONAL]


@published("supervision", "development-plan", "development-progress-recorded")
@dataclass(frozen=True, kw_only=True)
class DevelopmentProgressRecorded:
    objective_id: UUID
    status: ObjectiveStatus
    progress: Annotated[Paragraph, PERSONAL]


@published("supervision", "development-plan", "development-plan-reviewed")
@dataclass(frozen=True, kw_only=True)
class DevelopmentPlanReviewed:
    """It goes on until it is reviewed again, on `review_on`; or it has ended."""

    outcome: PlanReview
    review_on: date | None
    findings: Annotated[Paragraph, PERSONAL]

"""Requests and responses of the supervision service."""

from services.supervision.schemas.development import (
    DevelopmentPlanRequest,
    DevelopmentPlanView,
    ObjectiveProgressRequest,
    ObjectiveRequest,
    PlanReviewRequest,
    PlanStatus,
)
from services.supervision.schemas.duty import RotaRequest, RotaView
from services.supervision.schemas.learning import (
    CompetenceRequest,
    RevocationRequest,
    Slug,
    TrainingRequest,
)
from services.supervision.schemas.themes import ThemesView
from services.supervision.schemas.workers import WorkerRequest, WorkerView

__all__ = [
    "CompetenceRequest",
    "DevelopmentPlanRequest",
    "DevelopmentPlanView",
    "ObjectiveProgressRequest",
    "ObjectiveRequest",
    "PlanReviewRequest",
    "PlanStatus",
    "RevocationRequest",
    "RotaRequest",
    "RotaView",
    "Slug",
    "ThemesView",
    "TrainingRequest",
    "WorkerRequest",
    "WorkerView",
]

"""Requests and responses of the supervision service."""

from services.supervision.schemas.agreements import (
    AgreementEndingRequest,
    AgreementRequest,
    AgreementView,
)
from services.supervision.schemas.bulk import BulkRequest, BulkView, answered
from services.supervision.schemas.development import (
    DevelopmentPlanRequest,
    DevelopmentPlanView,
    ObjectiveProgressRequest,
    ObjectiveRequest,
    PlanReviewRequest,
    PlanStatus,
)
from services.supervision.schemas.due import DueView, LearningView
from services.supervision.schemas.duty import RotaRequest, RotaView
from services.supervision.schemas.learning import (
    CompetenceRequest,
    RevocationRequest,
    Slug,
    TrainingRequest,
    WithdrawalRequest,
)
from services.supervision.schemas.policies import PolicyRequest
from services.supervision.schemas.sessions import (
    RecordRequest,
    SessionRequest,
    SessionView,
    SignatureRequest,
)
from services.supervision.schemas.themes import ThemesView
from services.supervision.schemas.workers import WorkerRequest, WorkerView

__all__ = [
    "AgreementEndingRequest",
    "AgreementRequest",
    "AgreementView",
    "BulkRequest",
    "BulkView",
    "CompetenceRequest",
    "DevelopmentPlanRequest",
    "DevelopmentPlanView",
    "DueView",
    "LearningView",
    "ObjectiveProgressRequest",
    "ObjectiveRequest",
    "PlanReviewRequest",
    "PlanStatus",
    "PolicyRequest",
    "RecordRequest",
    "RevocationRequest",
    "RotaRequest",
    "RotaView",
    "SessionRequest",
    "SessionView",
    "SignatureRequest",
    "Slug",
    "ThemesView",
    "TrainingRequest",
    "WithdrawalRequest",
    "WorkerRequest",
    "WorkerView",
    "answered",
]

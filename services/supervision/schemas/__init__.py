"""Requests and responses of the supervision service."""

from services.supervision.schemas.agreements import (
    AgreementEndingRequest,
    AgreementRequest,
    AgreementView,
)
from services.supervision.schemas.bulk import BulkRequest, BulkView, answered
from services.supervision.schemas.case_decisions import (
    CaseDecisionRequest,
    CaseDecisionView,
    RetractionRequest,
)
from services.supervision.schemas.development import (
    DevelopmentPlanRequest,
    DevelopmentPlanView,
    ObjectiveProgressRequest,
    ObjectiveRequest,
    PlanReviewRequest,
    PlanStatus,
)
from services.supervision.schemas.disclosures import (
    DisclosureRequest,
    DisclosureReviewRequest,
    DisclosureView,
)
from services.supervision.schemas.due import DueView, LearningView
from services.supervision.schemas.duty import RotaRequest, RotaView
from services.supervision.schemas.issues import (
    IssueAnswerRequest,
    IssueClosureRequest,
    IssueRequest,
    IssueRoutingRequest,
    IssueView,
)
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
    SessionHistory,
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
    "CaseDecisionRequest",
    "CaseDecisionView",
    "CompetenceRequest",
    "DevelopmentPlanRequest",
    "DevelopmentPlanView",
    "DisclosureRequest",
    "DisclosureReviewRequest",
    "DisclosureView",
    "DueView",
    "IssueAnswerRequest",
    "IssueClosureRequest",
    "IssueRequest",
    "IssueRoutingRequest",
    "IssueView",
    "LearningView",
    "ObjectiveProgressRequest",
    "ObjectiveRequest",
    "PlanReviewRequest",
    "PlanStatus",
    "PolicyRequest",
    "RecordRequest",
    "RetractionRequest",
    "RevocationRequest",
    "RotaRequest",
    "RotaView",
    "SessionHistory",
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

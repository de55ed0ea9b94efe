"""Requests and responses of the supervision service."""

from services.supervision.schemas.actions import ListedAction
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
from services.supervision.schemas.chart import ChartView
from services.supervision.schemas.compliance import ComplianceView, ForecastDays, Since, Until
from services.supervision.schemas.development import (
    DevelopmentPlanRequest,
    DevelopmentPlanView,
    ObjectiveProgressRequest,
    ObjectiveRequest,
    PlanReviewRequest,
)
from services.supervision.schemas.disclosures import (
    DisclosureRequest,
    DisclosureReviewRequest,
    DisclosureView,
)
from services.supervision.schemas.due import DueView, LearningView
from services.supervision.schemas.duty import RotaRequest, RotaView
from services.supervision.schemas.group_sessions import (
    GroupSupervisionRequest,
    GroupSupervisionView,
)
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
    ActionUpdateRequest,
    AmendmentRequest,
    NotHeldRequest,
    RecordRequest,
    ReschedulingRequest,
    SessionHistory,
    SessionRequest,
    SessionView,
    SignatureRequest,
)
from services.supervision.schemas.themes import ThemesView
from services.supervision.schemas.workers import WorkerRequest, WorkerView

__all__ = [
    "ActionUpdateRequest",
    "AgreementEndingRequest",
    "AgreementRequest",
    "AgreementView",
    "AmendmentRequest",
    "BulkRequest",
    "BulkView",
    "CaseDecisionRequest",
    "CaseDecisionView",
    "ChartView",
    "CompetenceRequest",
    "ComplianceView",
    "DevelopmentPlanRequest",
    "DevelopmentPlanView",
    "DisclosureRequest",
    "DisclosureReviewRequest",
    "DisclosureView",
    "DueView",
    "ForecastDays",
    "GroupSupervisionRequest",
    "GroupSupervisionView",
    "IssueAnswerRequest",
    "IssueClosureRequest",
    "IssueRequest",
    "IssueRoutingRequest",
    "IssueView",
    "LearningView",
    "ListedAction",
    "NotHeldRequest",
    "ObjectiveProgressRequest",
    "ObjectiveRequest",
    "PlanReviewRequest",
    "PolicyRequest",
    "RecordRequest",
    "ReschedulingRequest",
    "RetractionRequest",
    "RevocationRequest",
    "RotaRequest",
    "RotaView",
    "SessionHistory",
    "SessionRequest",
    "SessionView",
    "SignatureRequest",
    "Since",
    "Slug",
    "ThemesView",
    "TrainingRequest",
    "Until",
    "WithdrawalRequest",
    "WorkerRequest",
    "WorkerView",
    "answered",
]

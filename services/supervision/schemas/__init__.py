"""Requests and responses of the supervision service."""

from services.supervision.schemas.actions import ListedAction
from services.supervision.schemas.agreements import (
    AgreementEndingRequest,
    AgreementRequest,
    AgreementView,
)
from services.supervision.schemas.case_decisions import (
    CaseDecisionRequest,
    CaseDecisionView,
    RetractionRequest,
)
from services.supervision.schemas.disclosures import (
    DisclosureRequest,
    DisclosureReviewRequest,
    DisclosureView,
)
from services.supervision.schemas.duty import RotaRequest, RotaView
from services.supervision.schemas.group_sessions import (
    GroupSupervisionRequest,
    GroupSupervisionView,
)
from services.supervision.schemas.learning import (
    CompetenceRequest,
    RevocationRequest,
    Slug,
    TrainingRequest,
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
from services.supervision.schemas.workers import WorkerRequest, WorkerView

__all__ = [
    "ActionUpdateRequest",
    "AgreementEndingRequest",
    "AgreementRequest",
    "AgreementView",
    "AmendmentRequest",
    "CaseDecisionRequest",
    "CaseDecisionView",
    "CompetenceRequest",
    "DisclosureRequest",
    "DisclosureReviewRequest",
    "DisclosureView",
    "GroupSupervisionRequest",
    "GroupSupervisionView",
    "ListedAction",
    "NotHeldRequest",
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
    "Slug",
    "TrainingRequest",
    "WorkerRequest",
    "WorkerView",
]

"""Requests and responses of the supervision service."""

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
from services.supervision.schemas.learning import (
    CompetenceRequest,
    RevocationRequest,
    Slug,
    TrainingRequest,
)
from services.supervision.schemas.policies import PolicyRequest
from services.supervision.schemas.sessions import (
    RecordRequest,
    SessionHistory,
    SessionRequest,
    SessionView,
    SignatureRequest,
)
from services.supervision.schemas.workers import WorkerRequest, WorkerView

__all__ = [
    "AgreementEndingRequest",
    "AgreementRequest",
    "AgreementView",
    "CaseDecisionRequest",
    "CaseDecisionView",
    "CompetenceRequest",
    "DisclosureRequest",
    "DisclosureReviewRequest",
    "DisclosureView",
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
    "TrainingRequest",
    "WorkerRequest",
    "WorkerView",
]

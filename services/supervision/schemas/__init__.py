"""Requests and responses of the supervision service."""

from services.supervision.schemas.agreements import (
    AgreementEndingRequest,
    AgreementRequest,
    AgreementView,
)
from services.supervision.schemas.compliance import ComplianceView, ForecastDays, Since, Until
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
    SessionRequest,
    SessionView,
    SignatureRequest,
)
from services.supervision.schemas.workers import WorkerRequest, WorkerView

__all__ = [
    "AgreementEndingRequest",
    "AgreementRequest",
    "AgreementView",
    "CompetenceRequest",
    "ComplianceView",
    "ForecastDays",
    "PolicyRequest",
    "RecordRequest",
    "RevocationRequest",
    "RotaRequest",
    "RotaView",
    "SessionRequest",
    "SessionView",
    "SignatureRequest",
    "Since",
    "Slug",
    "TrainingRequest",
    "Until",
    "WorkerRequest",
    "WorkerView",
]

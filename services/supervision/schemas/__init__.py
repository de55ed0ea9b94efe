"""Requests and responses of the supervision service."""

from services.supervision.schemas.bulk import BulkRequest, BulkView, answered
from services.supervision.schemas.duty import RotaRequest, RotaView
from services.supervision.schemas.learning import (
    CompetenceRequest,
    RevocationRequest,
    Slug,
    TrainingRequest,
    WithdrawalRequest,
)
from services.supervision.schemas.policies import PolicyRequest
from services.supervision.schemas.workers import WorkerRequest, WorkerView

__all__ = [
    "BulkRequest",
    "BulkView",
    "CompetenceRequest",
    "PolicyRequest",
    "RevocationRequest",
    "RotaRequest",
    "RotaView",
    "Slug",
    "TrainingRequest",
    "WithdrawalRequest",
    "WorkerRequest",
    "WorkerView",
    "answered",
]

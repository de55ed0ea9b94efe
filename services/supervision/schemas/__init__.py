"""Requests and responses of the supervision service."""

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
)
from services.supervision.schemas.policies import PolicyRequest
from services.supervision.schemas.workers import WorkerRequest, WorkerView

__all__ = [
    "CompetenceRequest",
    "IssueAnswerRequest",
    "IssueClosureRequest",
    "IssueRequest",
    "IssueRoutingRequest",
    "IssueView",
    "PolicyRequest",
    "RevocationRequest",
    "RotaRequest",
    "RotaView",
    "Slug",
    "TrainingRequest",
    "WorkerRequest",
    "WorkerView",
]

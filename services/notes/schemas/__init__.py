"""Requests and responses of the notes service."""

from services.notes.schemas.boundaries import BoundaryAnswerRequest, BoundaryQueryView
from services.notes.schemas.concerns import (
    AcknowledgementRequest,
    AlertsRequest,
    ClosureRequest,
    ConcernView,
    RaiseConcernRequest,
    ReasonRequest,
)
from services.notes.schemas.notes import (
    AmendmentRequest,
    CountersignatureRequest,
    History,
    NoteRequest,
    NoteView,
    WorklistItem,
)
from services.notes.schemas.overrides import OverrideRequest, OverrideView, ReviewRequest
from services.notes.schemas.policies import (
    ApprovalRequest,
    PolicyRequest,
    PolicyVersions,
    PolicyView,
)

__all__ = [
    "AcknowledgementRequest",
    "AlertsRequest",
    "AmendmentRequest",
    "ApprovalRequest",
    "BoundaryAnswerRequest",
    "BoundaryQueryView",
    "ClosureRequest",
    "ConcernView",
    "CountersignatureRequest",
    "History",
    "NoteRequest",
    "NoteView",
    "OverrideRequest",
    "OverrideView",
    "PolicyRequest",
    "PolicyVersions",
    "PolicyView",
    "RaiseConcernRequest",
    "ReasonRequest",
    "ReviewRequest",
    "WorklistItem",
]

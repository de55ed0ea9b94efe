"""Requests and responses of the notes service."""

from services.notes.schemas.boundaries import BoundaryAnswerRequest, BoundaryQueryView
from services.notes.schemas.commands import (
    AddendumRequest,
    AnswerRequest,
    ConfirmationRequest,
    CountersignatureRequest,
    LateReasonRequest,
    ReassignmentRequest,
    RetractionRequest,
    ReturnRequest,
)
from services.notes.schemas.concerns import (
    AcknowledgementRequest,
    AlertsRequest,
    ClosureRequest,
    ConcernView,
    RaiseConcernRequest,
    ReasonRequest,
)
from services.notes.schemas.group_sessions import (
    GroupSessionLine,
    GroupSessionRequest,
    GroupSessionView,
)
from services.notes.schemas.notes import AmendmentRequest, NoteRequest
from services.notes.schemas.overrides import OverrideRequest, OverrideView, ReviewRequest
from services.notes.schemas.policies import PolicyRequest
from services.notes.schemas.summary import SummaryView
from services.notes.schemas.views import History, NoteView, WorklistItem

__all__ = [
    "AcknowledgementRequest",
    "AddendumRequest",
    "AlertsRequest",
    "AmendmentRequest",
    "AnswerRequest",
    "BoundaryAnswerRequest",
    "BoundaryQueryView",
    "ClosureRequest",
    "ConcernView",
    "ConfirmationRequest",
    "CountersignatureRequest",
    "GroupSessionLine",
    "GroupSessionRequest",
    "GroupSessionView",
    "History",
    "LateReasonRequest",
    "NoteRequest",
    "NoteView",
    "OverrideRequest",
    "OverrideView",
    "PolicyRequest",
    "RaiseConcernRequest",
    "ReasonRequest",
    "ReassignmentRequest",
    "RetractionRequest",
    "ReturnRequest",
    "ReviewRequest",
    "SummaryView",
    "WorklistItem",
]

"""Requests and responses of the notes service."""

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

__all__ = [
    "AcknowledgementRequest",
    "AlertsRequest",
    "AmendmentRequest",
    "ClosureRequest",
    "ConcernView",
    "CountersignatureRequest",
    "History",
    "NoteRequest",
    "NoteView",
    "OverrideRequest",
    "OverrideView",
    "RaiseConcernRequest",
    "ReasonRequest",
    "ReviewRequest",
    "WorklistItem",
]

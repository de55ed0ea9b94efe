"""Requests and responses of the notes service."""

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
from services.notes.schemas.notes import AmendmentRequest, NoteRequest
from services.notes.schemas.overrides import OverrideRequest, OverrideView, ReviewRequest
from services.notes.schemas.views import History, NoteView, WorklistItem

__all__ = [
    "AddendumRequest",
    "AmendmentRequest",
    "AnswerRequest",
    "ConfirmationRequest",
    "CountersignatureRequest",
    "History",
    "LateReasonRequest",
    "NoteRequest",
    "NoteView",
    "OverrideRequest",
    "OverrideView",
    "ReassignmentRequest",
    "RetractionRequest",
    "ReturnRequest",
    "ReviewRequest",
    "WorklistItem",
]

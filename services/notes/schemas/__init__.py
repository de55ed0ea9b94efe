"""Requests and responses of the notes service."""

from services.notes.schemas.boundaries import BoundaryAnswerRequest, BoundaryQueryView
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
    "AmendmentRequest",
    "BoundaryAnswerRequest",
    "BoundaryQueryView",
    "CountersignatureRequest",
    "History",
    "NoteRequest",
    "NoteView",
    "OverrideRequest",
    "OverrideView",
    "ReviewRequest",
    "WorklistItem",
]

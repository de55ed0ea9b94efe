"""Requests and responses of the notes service."""

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
    "CountersignatureRequest",
    "History",
    "NoteRequest",
    "NoteView",
    "OverrideRequest",
    "OverrideView",
    "ReviewRequest",
    "WorklistItem",
]

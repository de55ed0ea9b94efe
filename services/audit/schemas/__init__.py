"""Requests and responses of the audit service."""

from services.audit.schemas.engagements import (
    Agreement,
    Ending,
    EndingRequest,
    EngagementRequest,
    EngagementView,
)
from services.audit.schemas.events import (
    EventView,
    ResourceView,
)
from services.audit.schemas.governance import (
    AlertView,
    BreakGlassMeasure,
    Completeness,
    StandingView,
    WeekView,
)
from services.audit.schemas.notes import NoteThen
from services.audit.schemas.people import (
    AccessRights,
    AccessView,
    Looker,
    NoteReader,
    NoteReaders,
    RightView,
    TieView,
)
from services.audit.schemas.record_gaps import RecordGap
from services.audit.schemas.workers import WorkerThen

__all__ = [
    "AccessRights",
    "AccessView",
    "Agreement",
    "AlertView",
    "BreakGlassMeasure",
    "Completeness",
    "Ending",
    "EndingRequest",
    "EngagementRequest",
    "EngagementView",
    "EventView",
    "Looker",
    "NoteReader",
    "NoteReaders",
    "NoteThen",
    "RecordGap",
    "ResourceView",
    "RightView",
    "StandingView",
    "TieView",
    "WeekView",
    "WorkerThen",
]

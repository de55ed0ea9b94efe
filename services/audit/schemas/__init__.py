"""Requests and responses of the audit service."""

from services.audit.schemas.engagements import (
    Agreement,
    Ending,
    EndingRequest,
    EngagementRequest,
    EngagementView,
)
from services.audit.schemas.events import EventType, EventView, ResourceView, ServiceName
from services.audit.schemas.exports import (
    CancellationRequest,
    ExportRequest,
    ExportState,
    ExportView,
)
from services.audit.schemas.governance import (
    AlertView,
    BreakGlassMeasure,
    Completeness,
    DisagreementView,
    StandingView,
    WeekView,
)
from services.audit.schemas.ledger import ConsistencyProof, InclusionProof, LedgerView, ShardView
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
    "CancellationRequest",
    "Completeness",
    "ConsistencyProof",
    "DisagreementView",
    "Ending",
    "EndingRequest",
    "EngagementRequest",
    "EngagementView",
    "EventType",
    "EventView",
    "ExportRequest",
    "ExportState",
    "ExportView",
    "InclusionProof",
    "LedgerView",
    "Looker",
    "NoteReader",
    "NoteReaders",
    "NoteThen",
    "RecordGap",
    "ResourceView",
    "RightView",
    "ServiceName",
    "ShardView",
    "StandingView",
    "TieView",
    "WeekView",
    "WorkerThen",
]

"""What is done with the record is on the record: queries, engagements, exports, what is amiss."""

from services.audit.domain.engagements import (
    ApproverIsAuditor,
    Engagement,
    EngagementOver,
    NotYourEngagement,
    OwnEngagement,
)
from services.audit.domain.exports import (
    MOST_WAITING,
    UNFINISHED,
    Download,
    Export,
    ExportGone,
    ExportNotMade,
    ExportNotReady,
    ExportOutdated,
    ExportOver,
    NotYourExport,
    State,
    TooManyWaiting,
)
from services.audit.domain.findings import Finding
from services.audit.domain.questions import NotInACheckpointYet, Query

__all__ = [
    "MOST_WAITING",
    "UNFINISHED",
    "ApproverIsAuditor",
    "Download",
    "Engagement",
    "EngagementOver",
    "Export",
    "ExportGone",
    "ExportNotMade",
    "ExportNotReady",
    "ExportOutdated",
    "ExportOver",
    "Finding",
    "NotInACheckpointYet",
    "NotYourEngagement",
    "NotYourExport",
    "OwnEngagement",
    "Query",
    "State",
    "TooManyWaiting",
]

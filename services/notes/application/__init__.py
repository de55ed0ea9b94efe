"""Use cases of the notes service."""

from dataclasses import dataclass

from services.notes.application.boundaries import BoundaryQueries
from services.notes.application.circumstances import Circumstances
from services.notes.application.concern_reading import ConcernReading
from services.notes.application.concerns import Concerns
from services.notes.application.corrections import Corrections
from services.notes.application.group_sessions import GroupSessions
from services.notes.application.measuring import Measuring
from services.notes.application.notes import Notes
from services.notes.application.overdue import Overdue
from services.notes.application.overrides import Overrides, shown_now
from services.notes.application.reading import Reading
from services.notes.application.recording import Recording
from services.notes.application.routing import Routing
from services.notes.application.signing import Signing
from services.notes.application.summary import Summary
from shared.contracts.notes import RecordKeepingRules
from shared.platform.feeds import Feed
from shared.platform.team_policy.policies import Policies

__all__ = [
    "Application",
    "BoundaryQueries",
    "Circumstances",
    "ConcernReading",
    "Concerns",
    "Corrections",
    "GroupSessions",
    "Measuring",
    "Notes",
    "Overdue",
    "Overrides",
    "Reading",
    "Recording",
    "Routing",
    "Signing",
    "Summary",
    "shown_now",
]


@dataclass(frozen=True, slots=True)
class Application:
    notes: Notes
    reading: Reading
    signing: Signing
    corrections: Corrections
    overrides: Overrides
    feed: Feed
    overdue: Overdue
    measuring: Measuring
    boundary_queries: BoundaryQueries
    policies: Policies[RecordKeepingRules]
    concerns: Concerns
    concern_reading: ConcernReading
    group_sessions: GroupSessions
    summary: Summary

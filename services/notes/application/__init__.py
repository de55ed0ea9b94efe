"""Use cases of the notes service."""

from dataclasses import dataclass

from services.notes.application.boundaries import BoundaryQueries
from services.notes.application.concerns import Concerns, Told
from services.notes.application.notes import Notes
from services.notes.application.overdue import Overdue
from services.notes.application.overrides import Overrides, shown_now
from services.notes.application.policies import Policies
from services.notes.application.routing import Routing

__all__ = [
    "Application",
    "BoundaryQueries",
    "Concerns",
    "Notes",
    "Overdue",
    "Overrides",
    "Policies",
    "Routing",
    "Told",
    "shown_now",
]


@dataclass(frozen=True, slots=True)
class Application:
    notes: Notes
    overrides: Overrides
    overdue: Overdue
    boundary_queries: BoundaryQueries
    policies: Policies
    concerns: Concerns

"""Use cases of the notes service."""

from dataclasses import dataclass

from services.notes.application.concerns import Concerns
from services.notes.application.notes import Notes
from services.notes.application.overrides import Overrides, shown_now
from services.notes.application.routing import Routing

__all__ = ["Application", "Concerns", "Notes", "Overrides", "Routing", "shown_now"]


@dataclass(frozen=True, slots=True)
class Application:
    notes: Notes
    overrides: Overrides
    concerns: Concerns

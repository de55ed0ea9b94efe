"""Use cases of the notes service."""

from dataclasses import dataclass

from services.notes.application.notes import Notes
from services.notes.application.overrides import Overrides, shown_now
from services.notes.application.policies import Policies

__all__ = ["Application", "Notes", "Overrides", "Policies", "shown_now"]


@dataclass(frozen=True, slots=True)
class Application:
    notes: Notes
    overrides: Overrides
    policies: Policies

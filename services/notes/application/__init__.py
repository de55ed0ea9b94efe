"""Use cases of the notes service."""

from dataclasses import dataclass

from services.notes.application.corrections import Corrections
from services.notes.application.knowing import Knowing
from services.notes.application.notes import Notes
from services.notes.application.overrides import Overrides, shown_now
from services.notes.application.reading import Reading
from services.notes.application.signing import Signing

__all__ = [
    "Application",
    "Corrections",
    "Knowing",
    "Notes",
    "Overrides",
    "Reading",
    "Signing",
    "shown_now",
]


@dataclass(frozen=True, slots=True)
class Application:
    notes: Notes
    reading: Reading
    signing: Signing
    corrections: Corrections
    overrides: Overrides

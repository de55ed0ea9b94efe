"""A concern, in the parts of its life."""

from services.notes.domain.concern.concern import Concern
from services.notes.domain.concern.state import ConcernStatus, Told

__all__ = ["Concern", "ConcernStatus", "Told"]

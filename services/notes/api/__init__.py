"""Routes of the notes service."""

from services.notes.api.notes import countersignatures, notes
from services.notes.api.overrides import overrides

ROUTERS = (notes, countersignatures, overrides)

__all__ = ["ROUTERS"]

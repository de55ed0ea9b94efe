"""Routes of the notes service."""

from services.notes.api.concerns import concerns
from services.notes.api.notes import countersignatures, notes
from services.notes.api.overrides import overrides

ROUTERS = (notes, countersignatures, overrides, concerns)

__all__ = ["ROUTERS"]

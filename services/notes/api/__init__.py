"""Routes of the notes service."""

from services.notes.api.boundaries import boundary_queries
from services.notes.api.notes import countersignatures, notes
from services.notes.api.overrides import overrides

ROUTERS = (notes, countersignatures, boundary_queries, overrides)

__all__ = ["ROUTERS"]

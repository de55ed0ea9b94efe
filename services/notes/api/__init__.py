"""Routes of the notes service."""

from services.notes.api.boundaries import boundary_queries
from services.notes.api.concerns import concerns
from services.notes.api.notes import countersignatures, notes
from services.notes.api.overrides import overrides
from services.notes.api.policies import policies

ROUTERS = (notes, countersignatures, boundary_queries, overrides, policies, concerns)

__all__ = [
    "ROUTERS",
]

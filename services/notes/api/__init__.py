"""Routes of the notes service."""

from services.notes.api.corrections import corrections
from services.notes.api.notes import notes
from services.notes.api.overrides import overrides
from services.notes.api.signing import countersignatures, signing

ROUTERS = (notes, signing, corrections, countersignatures, overrides)

__all__ = ["ROUTERS"]

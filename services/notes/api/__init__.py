"""Routes of the notes service."""

from services.notes.api.boundaries import boundary_queries
from services.notes.api.concerns import concerns
from services.notes.api.corrections import corrections
from services.notes.api.group_sessions import group_sessions
from services.notes.api.notes import notes
from services.notes.api.overrides import overrides
from services.notes.api.policies import policies
from services.notes.api.signing import countersignatures, signing
from services.notes.api.summary import summaries
from shared.platform.feeds import feed_of

ROUTERS = (
    notes, signing, corrections, group_sessions, countersignatures, concerns, boundary_queries,
    policies, summaries, overrides, feed_of("notes")
)  # fmt: skip

__all__ = ["ROUTERS"]

"""Routes of the audit service: parse, call, return."""

from services.audit.api import engagements, events, governance, people, reconstruction
from shared.platform.feeds import feed_of

ROUTERS = (
    events.router,
    people.router,
    reconstruction.router,
    engagements.router,
    governance.router,
    feed_of("audit"),
)

__all__ = ["ROUTERS"]

"""Routes of the audit service: parse, call, return."""

from services.audit.api import (
    engagements,
    events,
    exports,
    governance,
    ledger,
    people,
    reconstruction,
)
from shared.platform.feeds import feed_of

ROUTERS = (
    engagements.router,
    events.router,
    exports.router,
    governance.router,
    ledger.router,
    people.router,
    reconstruction.router,
    feed_of("audit"),
)

__all__ = [
    "ROUTERS",
]

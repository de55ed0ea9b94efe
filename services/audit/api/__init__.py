"""Routes of the audit service: parse, call, return."""

from services.audit.api import engagements, events, exports, governance, ledger, people
from shared.platform.feeds import feed_of

ROUTERS = (
    events.router,
    people.router,
    engagements.router,
    exports.router,
    governance.router,
    ledger.router,
    feed_of("audit"),
)

__all__ = ["ROUTERS"]

"""Routes of the audit service: parse, call, return."""

from services.audit.api import engagements, events, governance, people

ROUTERS = (events.router, people.router, engagements.router, governance.router)

__all__ = ["ROUTERS"]

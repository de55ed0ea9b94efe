"""Routes of the supervision service."""

from services.supervision.api.agreements import agreements
from services.supervision.api.competence import competence
from services.supervision.api.compliance import compliance
from services.supervision.api.duty import duties
from services.supervision.api.policies import policies
from services.supervision.api.sessions import sessions
from services.supervision.api.workers import workers
from shared.platform.feeds import feed_of

ROUTERS = (
    workers,
    competence,
    duties,
    policies,
    agreements,
    sessions,
    compliance,
    feed_of("supervision"),
)

__all__ = ["ROUTERS"]

"""Routes of the supervision service."""

from services.supervision.api.competence import competence
from services.supervision.api.duty import duties
from services.supervision.api.issues import issues
from services.supervision.api.policies import policies
from services.supervision.api.workers import workers
from shared.platform.feeds import feed_of

ROUTERS = (workers, competence, duties, issues, policies, feed_of("supervision"))

__all__ = ["ROUTERS"]

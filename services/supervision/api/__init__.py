"""Routes of the supervision service."""

from services.supervision.api.competence import competence
from services.supervision.api.duty import duties
from services.supervision.api.workers import workers

ROUTERS = (workers, competence, duties)

__all__ = ["ROUTERS"]

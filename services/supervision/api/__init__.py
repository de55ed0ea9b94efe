"""Routes of the supervision service."""

from services.supervision.api.actions import actions
from services.supervision.api.agreements import agreements
from services.supervision.api.case_decisions import case_decisions
from services.supervision.api.chart import chart
from services.supervision.api.competence import competence
from services.supervision.api.compliance import compliance
from services.supervision.api.development import development_plans
from services.supervision.api.disclosures import disclosures
from services.supervision.api.duty import duties
from services.supervision.api.group_sessions import group_sessions
from services.supervision.api.issues import issues
from services.supervision.api.learning import learning
from services.supervision.api.policies import policies
from services.supervision.api.reading import reading
from services.supervision.api.sessions import sessions
from services.supervision.api.themes import themes
from services.supervision.api.workers import workers
from shared.platform.feeds import feed_of

ROUTERS = (
    workers,
    competence,
    duties,
    policies,
    agreements,
    sessions,
    learning,
    development_plans,
    themes,
    reading,
    disclosures,
    case_decisions,
    issues,
    actions,
    group_sessions,
    compliance,
    chart,
    feed_of("supervision"),
)

__all__ = [
    "ROUTERS",
]

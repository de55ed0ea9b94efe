"""Use cases of supervision, the workforce register and duty."""

from dataclasses import dataclass

from services.supervision.application.agreements import Agreements
from services.supervision.application.colleagues import Colleagues
from services.supervision.application.competence import Competence
from services.supervision.application.compliance import Compliance, key_of
from services.supervision.application.duty import Duties
from services.supervision.application.overdue import Overdue
from services.supervision.application.sessions import Sessions
from services.supervision.application.workers import Workers
from shared.contracts.supervision import SupervisionRules
from shared.platform.feeds import Feed
from shared.platform.team_policy.policies import Policies

__all__ = [
    "Agreements",
    "Application",
    "Colleagues",
    "Competence",
    "Compliance",
    "Duties",
    "Overdue",
    "Sessions",
    "Workers",
    "key_of",
]


@dataclass(frozen=True, slots=True)
class Application:
    workers: Workers
    competence: Competence
    duties: Duties
    feed: Feed
    policies: Policies[SupervisionRules]
    agreements: Agreements
    sessions: Sessions
    compliance: Compliance
    overdue: Overdue

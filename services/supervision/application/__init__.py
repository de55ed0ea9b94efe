"""Use cases of supervision, the workforce register and duty."""

from dataclasses import dataclass

from services.supervision.application.actions import Actions
from services.supervision.application.agreement_reading import AgreementReading
from services.supervision.application.agreements import Agreements
from services.supervision.application.case_decisions import CaseDecisions
from services.supervision.application.colleagues import Colleagues
from services.supervision.application.competence import Competence
from services.supervision.application.disclosures import Disclosures
from services.supervision.application.duty import Duties
from services.supervision.application.group_sessions import GroupSessions
from services.supervision.application.reading import Reading
from services.supervision.application.sessions import Sessions
from services.supervision.application.workers import Workers
from shared.contracts.supervision import SupervisionRules
from shared.platform.feeds import Feed
from shared.platform.team_policy.policies import Policies

__all__ = [
    "Actions",
    "AgreementReading",
    "Agreements",
    "Application",
    "CaseDecisions",
    "Colleagues",
    "Competence",
    "Disclosures",
    "Duties",
    "GroupSessions",
    "Reading",
    "Sessions",
    "Workers",
]


@dataclass(frozen=True, slots=True)
class Application:
    workers: Workers
    competence: Competence
    duties: Duties
    feed: Feed
    policies: Policies[SupervisionRules]
    agreements: Agreements
    agreement_reading: AgreementReading
    sessions: Sessions
    reading: Reading
    disclosures: Disclosures
    case_decisions: CaseDecisions
    actions: Actions
    group_sessions: GroupSessions

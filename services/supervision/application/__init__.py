"""Use cases of supervision, the workforce register and duty."""

from dataclasses import dataclass

from services.supervision.application import development
from services.supervision.application.actions import Actions
from services.supervision.application.agreement_reading import AgreementReading
from services.supervision.application.agreements import Agreements
from services.supervision.application.bulk import BulkEntries, Done, Row
from services.supervision.application.case_decisions import CaseDecisions
from services.supervision.application.chart import Chart
from services.supervision.application.colleagues import Colleagues
from services.supervision.application.competence import Competence
from services.supervision.application.compliance import Compliance, key_of
from services.supervision.application.disclosures import Disclosures
from services.supervision.application.duty import Duties
from services.supervision.application.group_sessions import GroupSessions
from services.supervision.application.issue_reading import IssueReading
from services.supervision.application.issues import Issues
from services.supervision.application.learning import Learning
from services.supervision.application.overdue import Overdue
from services.supervision.application.overdue_issues import OverdueIssues
from services.supervision.application.reading import Reading
from services.supervision.application.sessions import Sessions
from services.supervision.application.themes import Themes
from services.supervision.application.workers import Workers
from shared.contracts.supervision import SupervisionRules
from shared.platform.feeds import Feed
from shared.platform.team_policy.policies import Policies

__all__ = [
    "Actions",
    "AgreementReading",
    "Agreements",
    "Application",
    "BulkEntries",
    "CaseDecisions",
    "Chart",
    "Colleagues",
    "Competence",
    "Compliance",
    "Disclosures",
    "Done",
    "Duties",
    "GroupSessions",
    "IssueReading",
    "Issues",
    "Learning",
    "Overdue",
    "OverdueIssues",
    "Reading",
    "Row",
    "Sessions",
    "Themes",
    "Workers",
    "development",
    "key_of",
]


@dataclass(frozen=True, slots=True)
class Application:
    workers: Workers
    bulk: BulkEntries
    competence: Competence
    duties: Duties
    learning: Learning
    feed: Feed
    issues: Issues
    issue_reading: IssueReading
    issues_overdue: OverdueIssues
    policies: Policies[SupervisionRules]
    agreements: Agreements
    agreement_reading: AgreementReading
    sessions: Sessions
    plans: development.Agreeing
    plan_reading: development.Reading
    themes: Themes
    reading: Reading
    disclosures: Disclosures
    case_decisions: CaseDecisions
    actions: Actions
    group_sessions: GroupSessions
    compliance: Compliance
    chart: Chart
    overdue: Overdue

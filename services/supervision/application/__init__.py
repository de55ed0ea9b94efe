"""Use cases of supervision, the workforce register and duty."""

from dataclasses import dataclass

from services.supervision.application.competence import Competence
from services.supervision.application.duty import Duties
from services.supervision.application.issue_reading import IssueReading
from services.supervision.application.issues import Issues
from services.supervision.application.overdue_issues import OverdueIssues
from services.supervision.application.workers import Workers
from shared.contracts.supervision import SupervisionRules
from shared.platform.feeds import Feed
from shared.platform.team_policy.policies import Policies

__all__ = [
    "Application",
    "Competence",
    "Duties",
    "IssueReading",
    "Issues",
    "OverdueIssues",
    "Workers",
]


@dataclass(frozen=True, slots=True)
class Application:
    workers: Workers
    competence: Competence
    duties: Duties
    feed: Feed
    issues: Issues
    issue_reading: IssueReading
    issues_overdue: OverdueIssues
    policies: Policies[SupervisionRules]

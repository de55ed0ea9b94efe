"""Read models of the workforce register, duty and supervision."""

from collections.abc import Callable
from typing import Any

from services.supervision.domain import (
    Agreement,
    AlreadyAgreed,
    CaseDecision,
    DevelopmentPlan,
    Disclosure,
    Duty,
    GroupSupervision,
    Issue,
    OverdueIssue,
    OverdueSupervision,
    PlanInForce,
    Session,
    SupervisionPolicy,
    ThemeRelease,
    Worker,
)
from services.supervision.projection.actions import Actions
from services.supervision.projection.actions import told as action_told
from services.supervision.projection.agreements import (
    Agreements,
    agreement_document,
    agreement_rows,
)
from services.supervision.projection.case_decisions import (
    CaseDecisions,
    decision_document,
    decision_rows,
    tombstone,
)
from services.supervision.projection.chart import Chart
from services.supervision.projection.compliance import Compliance, terms_of
from services.supervision.projection.development import plan_document, plan_rows
from services.supervision.projection.development_reading import (
    DevelopmentPlans,
    Framework,
    outlined,
)
from services.supervision.projection.disclosures import (
    Disclosures,
    disclosure_as_seen,
    disclosure_document,
    disclosure_rows,
    in_short,
)
from services.supervision.projection.duty import Rotas, duty_rows, rota
from services.supervision.projection.group_supervisions import (
    GroupSupervisions,
    group_document,
    group_rows,
)
from services.supervision.projection.issues import (
    Issues,
    as_read,
    issue_document,
    issue_rows,
    overdue_issue_rows,
)
from services.supervision.projection.learning import Learners
from services.supervision.projection.overdue import Overdue, overdue_rows
from services.supervision.projection.policies import POLICIES
from services.supervision.projection.rules import Rules
from services.supervision.projection.sessions import (
    Sessions,
    session_document,
    session_rows,
    without_record,
)
from services.supervision.projection.tables import METADATA, WORKERS
from services.supervision.projection.themes import ThemeReleases, theme_release_rows
from services.supervision.projection.workers import (
    Register,
    document,
    has_left,
    has_words,
    own_teams,
    with_words,
    without_words,
    worker_rows,
)
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Write
from shared.kernel.aggregate import Aggregate

__all__ = [
    "METADATA",
    "POLICIES",
    "REFUSALS",
    "WORKERS",
    "Actions",
    "Agreements",
    "CaseDecisions",
    "Chart",
    "Compliance",
    "DevelopmentPlans",
    "Disclosures",
    "Framework",
    "GroupSupervisions",
    "Issues",
    "Learners",
    "Overdue",
    "Register",
    "Rotas",
    "Rules",
    "Sessions",
    "ThemeReleases",
    "action_told",
    "agreement_document",
    "as_read",
    "decision_document",
    "disclosure_as_seen",
    "disclosure_document",
    "document",
    "group_document",
    "has_left",
    "has_words",
    "in_short",
    "issue_document",
    "outlined",
    "own_teams",
    "plan_document",
    "rota",
    "rows",
    "session_document",
    "terms_of",
    "tombstone",
    "with_words",
    "without_record",
    "without_words",
]
REFUSALS = {"development_plans_one": PlanInForce, "agreements_one_in_force": AlreadyAgreed}
_ROWS: dict[type[Aggregate], Callable[[Any, Seal], list[Write]]] = {
    Worker: worker_rows,
    GroupSupervision: lambda group, _: group_rows(group),
    Duty: lambda duty, _: duty_rows(duty),
    Agreement: agreement_rows,
    CaseDecision: decision_rows,
    Disclosure: disclosure_rows,
    Session: session_rows,
    DevelopmentPlan: plan_rows,
    ThemeRelease: theme_release_rows,
    Issue: issue_rows,
    OverdueIssue: overdue_issue_rows,
    SupervisionPolicy: POLICIES.rows,
    OverdueSupervision: overdue_rows,
}


def rows(aggregate: Aggregate, seal: Seal) -> list[Write]:
    """The read-model rows of an aggregate as it stands."""
    return _ROWS[type(aggregate)](aggregate, seal)

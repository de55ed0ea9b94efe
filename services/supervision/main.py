"""Puts the supervision service together."""

from fastapi import FastAPI

from services.supervision import api
from services.supervision.application import (
    Actions,
    AgreementReading,
    Agreements,
    Application,
    BulkEntries,
    CaseDecisions,
    Chart,
    Colleagues,
    Competence,
    Compliance,
    Disclosures,
    Duties,
    GroupSessions,
    IssueReading,
    Issues,
    Learning,
    Overdue,
    OverdueIssues,
    Reading,
    Sessions,
    Themes,
    Workers,
    development,
)
from services.supervision.consumer import HANDLERS
from services.supervision.domain import (
    Agreement,
    CaseDecision,
    DevelopmentPlan,
    Disclosure,
    Duty,
    GroupSupervision,
    Issue,
    OverdueIssue,
    OverdueSupervision,
    Session,
    SupervisionPolicy,
    ThemeRelease,
    Worker,
)
from services.supervision.projection import METADATA, POLICIES, REFUSALS, rows
from services.supervision.settings import SupervisionSettings
from shared.kernel.clock import Clock
from shared.platform.feeds import Feed
from shared.platform.relationships import relationships_of
from shared.platform.service import Role, Runtime, Service, create_service
from shared.platform.team_policy.policies import Policies

FED = ("worker", "duty", "supervision-policy", "case-decision")
"""The resources whose events other systems are told whole: supervision is for its participants, but
what was decided in it about a service user is part of that person's record."""
UNHEARD = ("issue", "issue-overdue", "supervision-disclosure")
"""What no other system is told of at all: an issue is the team's own, and a disclosure may have to
be kept from whose record it is."""


def application(made: Runtime) -> Application:
    assert isinstance(made.settings, SupervisionSettings)
    relationships = relationships_of(made, learns=("referrals", "notes"))
    safeguarding = made.settings.safeguarding_team
    workers = Workers(
        made.database, made.store, made.commands, made.documents, made.access_log, safeguarding
    )
    colleagues = Colleagues(made.database)
    return Application(
        workers=workers,
        bulk=BulkEntries(workers, made.access_log),
        competence=Competence(made.database, made.commands),
        duties=Duties(made.database, made.store, made.commands),
        learning=Learning(made.database, relationships),
        feed=Feed(
            made.store,
            made.keys,
            made.messaging.names(),
            relationships,
            made.stopping,
            made.worker.relay,
            FED,
            UNHEARD,
        ),
        issues=Issues(made.database, made.commands, relationships),
        issue_reading=IssueReading(made.database, relationships, made.documents),
        issues_overdue=OverdueIssues(made.database, made.commands),
        policies=Policies(
            made.database,
            made.store,
            made.commands,
            relationships,
            SupervisionPolicy,
            POLICIES,
            made.settings.trust_floor,
        ),
        agreements=Agreements(made.database, made.store, made.commands, relationships, colleagues),
        plans=development.Agreeing(made.database, made.commands, relationships, colleagues),
        plan_reading=development.Reading(made.database, relationships, made.documents, colleagues),
        themes=Themes(made.database, made.commands, made.documents),
        sessions=Sessions(made.database, made.store, made.commands, relationships),
        reading=Reading(made.database, made.store, relationships, made.documents, colleagues),
        disclosures=Disclosures(
            made.database,
            made.store,
            made.commands,
            relationships,
            made.documents,
            safeguarding,
        ),
        case_decisions=CaseDecisions(made.database, made.commands, relationships, made.documents),
        agreement_reading=AgreementReading(
            made.database, relationships, made.documents, colleagues
        ),
        actions=Actions(made.database, relationships, made.documents),
        group_sessions=GroupSessions(made.database, made.store, made.commands, relationships),
        compliance=Compliance(made.database, relationships),
        chart=Chart(made.database, relationships),
        overdue=Overdue(made.database, made.commands),
    )


SERVICE = Service(
    name="supervision",
    title="Countersign: supervision",
    description="The workforce register, training and competence, duty, and supervision.",
    aggregates=(
        Worker,
        Duty,
        Agreement,
        Session,
        Disclosure,
        CaseDecision,
        DevelopmentPlan,
        ThemeRelease,
        SupervisionPolicy,
        Issue,
        OverdueIssue,
        GroupSupervision,
        OverdueSupervision,
    ),
    read_models=METADATA,
    rows=lambda _: rows,
    application=application,
    routers=api.ROUTERS,
    handlers=HANDLERS,
    keys_from=("referrals",),
    refusals=REFUSALS,
    deadlines=lambda application: (
        application.themes.release,
        application.issues_overdue.notice,
        application.overdue.notice,
    ),
)


def create_app(
    settings: SupervisionSettings | None = None, role: Role = "all", clock: Clock | None = None
) -> FastAPI:
    return create_service(SERVICE, settings or SupervisionSettings(), role=role, clock=clock)

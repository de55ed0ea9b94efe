"""Puts the referrals service together."""

from functools import partial

from fastapi import FastAPI

from services.referrals import api
from services.referrals.application import (
    Application,
    CaseloadReading,
    Caseloads,
    Deciding,
    Elsewhere,
    Merging,
    Reallocations,
    Referrals,
    ServiceUsers,
    Support,
    Waiting,
)
from services.referrals.consumer import HANDLERS
from services.referrals.domain import (
    Agency,
    Carer,
    Goal,
    OnwardReferral,
    Plan,
    Reallocation,
    Referral,
    ReferralPolicy,
    ServiceUser,
    SharingPreference,
    UnmetNeed,
    VisitAlert,
)
from services.referrals.projection import (
    COUNTED,
    METADATA,
    POLICIES,
    REFUSALS,
    NhsNumbers,
    rows,
)
from services.referrals.settings import ReferralsSettings
from shared.eventstore.commands import Rows
from shared.kernel.clock import Clock
from shared.platform.feeds import Feed
from shared.platform.relationships import relationships_of
from shared.platform.service import Role, Runtime, Service, create_service
from shared.platform.settings import ServiceSettings
from shared.platform.team_policy.policies import Policies


def nhs_numbers(settings: ServiceSettings) -> NhsNumbers:
    assert isinstance(settings, ReferralsSettings)
    return NhsNumbers(settings.lookup_secret.get_secret_value().encode())


def rows_with(settings: ServiceSettings) -> Rows:
    return partial(rows, nhs_numbers(settings))


FED = (
    "service-user", "referral", "plan", "goal", "carer", "sharing-preference", "visit-alert",
    "onward-referral", "unmet-need", "reallocation", "agency", "referral-policy",
)  # fmt: skip
"""The resources whose events other systems are told whole."""


def application(made: Runtime) -> Application:
    assert isinstance(made.settings, ReferralsSettings)
    relationships = relationships_of(made, learns=("supervision", "notes"))
    numbers, database = nhs_numbers(made.settings), made.database
    return Application(
        service_users=ServiceUsers(
            database, made.store, made.commands, relationships, made.documents, numbers
        ),
        merging=Merging(database, made.store, made.commands, relationships),
        referrals=Referrals(database, made.store, made.commands, relationships, made.documents),
        deciding=Deciding(database, made.commands, relationships),
        waiting=Waiting(database, made.commands, relationships),
        caseloads=Caseloads(database, made.commands, relationships),
        caseload_reading=CaseloadReading(database, relationships),
        reallocations=Reallocations(database, made.commands),
        elsewhere=Elsewhere.of(
            database,
            made.store,
            made.commands,
            relationships,
            made.documents,
            made.settings.team_types,
        ),
        support=Support.of(database, made.store, made.commands, relationships, made.documents),
        feed=Feed(
            made.store,
            made.keys,
            made.messaging.names(),
            relationships,
            made.stopping,
            made.worker.relay,
            FED,
        ),
        policies=Policies(
            database,
            made.store,
            made.commands,
            relationships,
            ReferralPolicy,
            POLICIES,
            made.settings.trust_floor,
        ),
    )


SERVICE = Service(
    name="referrals",
    title="Countersign: referrals",
    description="Service users, referrals to STR workers, decisions with reasons, and caseloads.",
    aggregates=(
        ServiceUser,
        Referral,
        Reallocation,
        Plan,
        Goal,
        Carer,
        SharingPreference,
        VisitAlert,
        Agency,
        OnwardReferral,
        UnmetNeed,
        ReferralPolicy,
    ),
    read_models=METADATA,
    counted=COUNTED,
    rows=rows_with,
    application=application,
    routers=api.ROUTERS,
    handlers=HANDLERS,
    refusals=REFUSALS,
    deadlines=lambda application: (application.reallocations.notice,),
)


def create_app(
    settings: ReferralsSettings | None = None, role: Role = "all", clock: Clock | None = None
) -> FastAPI:
    return create_service(SERVICE, settings or ReferralsSettings(), role=role, clock=clock)

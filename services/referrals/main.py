"""Puts the referrals service together."""

from functools import partial

from fastapi import FastAPI

from services.referrals import api
from services.referrals.application import (
    Application,
    Caseloads,
    Deciding,
    Merging,
    Referrals,
    ServiceUsers,
)
from services.referrals.consumer import HANDLERS
from services.referrals.domain import Referral, ServiceUser
from services.referrals.projection import METADATA, REFUSALS, NhsNumbers, rows
from services.referrals.settings import ReferralsSettings
from shared.eventstore.commands import Rows
from shared.kernel.clock import Clock
from shared.platform.relationships import relationships_of
from shared.platform.service import Role, Runtime, Service, create_service
from shared.platform.settings import ServiceSettings


def nhs_numbers(settings: ServiceSettings) -> NhsNumbers:
    assert isinstance(settings, ReferralsSettings)
    return NhsNumbers(settings.lookup_secret.get_secret_value().encode())


def rows_with(settings: ServiceSettings) -> Rows:
    return partial(rows, nhs_numbers(settings))


def application(made: Runtime) -> Application:
    relationships = relationships_of(made, learns=("supervision", "notes"))
    numbers = nhs_numbers(made.settings)
    return Application(
        ServiceUsers(
            made.database, made.store, made.commands, relationships, made.documents, numbers
        ),
        Merging(made.store, made.commands, relationships),
        Referrals(made.database, made.store, made.commands, relationships, made.documents),
        Deciding(made.commands, relationships),
        Caseloads(made.database, made.commands, relationships),
    )


SERVICE = Service(
    name="referrals",
    title="Countersign: referrals",
    description="Service users, referrals to STR workers, decisions with reasons, and caseloads.",
    aggregates=(ServiceUser, Referral),
    read_models=METADATA,
    rows=rows_with,
    application=application,
    routers=api.ROUTERS,
    handlers=HANDLERS,
    refusals=REFUSALS,
)


def create_app(
    settings: ReferralsSettings | None = None, role: Role = "all", clock: Clock | None = None
) -> FastAPI:
    return create_service(SERVICE, settings or ReferralsSettings(), role=role, clock=clock)

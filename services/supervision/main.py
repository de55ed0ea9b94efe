"""Puts the supervision service together."""

from fastapi import FastAPI

from services.supervision import api
from services.supervision.application import (
    Application,
    Competence,
    Duties,
    Themes,
    Workers,
    development,
)
from services.supervision.consumer import HANDLERS
from services.supervision.domain import (
    Agreement,
    DevelopmentPlan,
    Duty,
    Session,
    ThemeRelease,
    Worker,
)
from services.supervision.projection import METADATA, REFUSALS, rows
from services.supervision.settings import SupervisionSettings
from shared.kernel.clock import Clock
from shared.platform.feeds import Feed
from shared.platform.relationships import relationships_of
from shared.platform.service import Role, Runtime, Service, create_service

FED = ("worker", "duty")
"""The resources whose events other systems are told whole; supervision is for its participants."""


def application(made: Runtime) -> Application:
    relationships = relationships_of(made, learns=("referrals", "notes"))
    return Application(
        Workers(made.database, made.store, made.commands, made.documents),
        Competence(made.database, made.commands),
        Duties(made.database, made.store, made.commands),
        development.Agreeing(made.database, made.commands, relationships),
        development.Reading(made.database, relationships, made.documents),
        Themes(made.database, made.commands, made.documents),
        Feed(made.store, made.keys, made.messaging.names(), relationships, FED),
    )


SERVICE = Service(
    name="supervision",
    title="Countersign: supervision",
    description="The workforce register, training and competence, and who is on duty.",
    aggregates=(Worker, Duty, Agreement, Session, DevelopmentPlan, ThemeRelease),
    read_models=METADATA,
    rows=lambda _: rows,
    application=application,
    routers=api.ROUTERS,
    handlers=HANDLERS,
    keys_from=("referrals",),
    refusals=REFUSALS,
    deadlines=lambda application: (application.themes.release,),
)


def create_app(
    settings: SupervisionSettings | None = None, role: Role = "all", clock: Clock | None = None
) -> FastAPI:
    return create_service(SERVICE, settings or SupervisionSettings(), role=role, clock=clock)

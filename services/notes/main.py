"""Puts the notes service together."""

from fastapi import FastAPI

from services.notes import api
from services.notes.application import (
    Application,
    BoundaryQueries,
    Concerns,
    Notes,
    Overdue,
    Overrides,
    Policies,
    Routing,
)
from services.notes.consumer import HANDLERS
from services.notes.domain import (
    AccessOverride,
    BoundaryQuery,
    Concern,
    Escalation,
    Note,
    OverdueCountersignature,
    RecordKeepingPolicy,
)
from services.notes.projection import METADATA, Standings, rows
from services.notes.settings import NotesSettings
from shared.kernel.clock import Clock
from shared.platform.relationships import relationships_of
from shared.platform.service import Role, Runtime, Service, create_service


def application(made: Runtime) -> Application:
    assert isinstance(made.settings, NotesSettings)
    relationships = relationships_of(made, learns=("referrals", "supervision"))
    return Application(
        Notes(
            made.database, made.store, made.commands, made.messaging, relationships,
            made.documents, Standings(made.database),
        ),
        Overrides(made.database, made.commands, made.messaging, relationships, made.documents),
        Overdue(made.database, made.commands),
        BoundaryQueries(
            made.database, made.store, made.commands, relationships, made.documents
        ),
        Concerns(
            made.database, made.store, made.commands, made.messaging, relationships,
            made.documents, Routing(made.database),
        ),
        Policies(
            made.database, made.store, made.commands, relationships, made.settings.trust_floor
        ),
    )  # fmt: skip


SERVICE = Service(
    name="notes",
    title="Countersign: notes",
    description="Notes of work with service users, and their countersignature.",
    aggregates=(
        Note,
        OverdueCountersignature,
        BoundaryQuery,
        Concern,
        Escalation,
        AccessOverride,
        RecordKeepingPolicy,
    ),
    read_models=METADATA,
    rows=lambda _: rows,
    application=application,
    routers=api.ROUTERS,
    handlers=HANDLERS,
    keys_from=("referrals",),
    deadlines=lambda application: (
        application.overdue.notice,
        application.concerns.escalate_due,
    ),
)


def create_app(
    settings: NotesSettings | None = None, role: Role = "all", clock: Clock | None = None
) -> FastAPI:
    return create_service(SERVICE, settings or NotesSettings(), role=role, clock=clock)

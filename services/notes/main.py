"""Puts the notes service together."""

from fastapi import FastAPI

from services.notes import api
from services.notes.application import (
    Application,
    Corrections,
    Knowing,
    Notes,
    Overrides,
    Reading,
    Signing,
)
from services.notes.consumer import HANDLERS
from services.notes.domain import AccessOverride, Note
from services.notes.projection import METADATA, rows
from services.notes.settings import NotesSettings
from shared.kernel.clock import Clock
from shared.platform.relationships import relationships_of
from shared.platform.service import Role, Runtime, Service, create_service


def application(made: Runtime) -> Application:
    relationships = relationships_of(made, learns=("referrals", "supervision"))
    knowing = Knowing(made.messaging, relationships)
    return Application(
        Notes(made.commands, relationships, knowing),
        Reading(made.database, made.store, relationships, made.documents),
        Signing(made.commands, made.messaging, relationships),
        Corrections(made.database, made.commands, relationships, knowing),
        Overrides(made.database, made.commands, made.messaging, relationships, made.documents),
    )


SERVICE = Service(
    name="notes",
    title="Countersign: notes",
    description="Notes of work with service users, and their countersignature.",
    aggregates=(Note, AccessOverride),
    read_models=METADATA,
    rows=lambda _: rows,
    application=application,
    routers=api.ROUTERS,
    handlers=HANDLERS,
    keys_from=("referrals",),
)


def create_app(
    settings: NotesSettings | None = None, role: Role = "all", clock: Clock | None = None
) -> FastAPI:
    return create_service(SERVICE, settings or NotesSettings(), role=role, clock=clock)

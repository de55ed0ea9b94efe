"""Puts the notes service together."""

from fastapi import FastAPI

from services.notes import api
from services.notes.application import Notes
from services.notes.consumer import HANDLERS
from services.notes.domain import Note
from services.notes.projection import METADATA, rows
from services.notes.settings import NotesSettings
from shared.platform.service import Role, Runtime, Service, create_service


def application(made: Runtime) -> Notes:
    return Notes(made.database, made.store, made.commands, made.messaging, made.documents)


SERVICE = Service(
    name="notes",
    title="Countersign: notes",
    description="Notes of work with service users, and their countersignature.",
    aggregates=(Note,),
    read_models=METADATA,
    rows=lambda _: rows,
    application=application,
    routers=(api.notes, api.countersignatures),
    handlers=HANDLERS,
    keys_from=("referrals",),
)


def create_app(settings: NotesSettings | None = None, role: Role = "all") -> FastAPI:
    return create_service(SERVICE, settings or NotesSettings(), role=role)

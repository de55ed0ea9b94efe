"""Puts the notes service together."""

from fastapi import FastAPI

from services.notes import api
from services.notes.application import (
    Application,
    BoundaryQueries,
    Circumstances,
    ConcernReading,
    Concerns,
    Corrections,
    GroupSessions,
    Measuring,
    Notes,
    Overdue,
    Overrides,
    Reading,
    Recording,
    Routing,
    Signing,
    Summary,
)
from services.notes.consumer import HANDLERS
from services.notes.domain import (
    AccessOverride,
    BoundaryQuery,
    Concern,
    Escalation,
    GroupSession,
    Note,
    OverdueCountersignature,
    RecordKeepingPolicy,
)
from services.notes.projection import METADATA, POLICIES, Standings, rows
from services.notes.settings import NotesSettings
from shared.kernel.clock import Clock
from shared.platform.feeds import Feed
from shared.platform.relationships import relationships_of
from shared.platform.service import Role, Runtime, Service, create_service
from shared.platform.team_policy.policies import Policies

FED = ("note", "concern", "group-session")
"""The resources whose events other systems are told whole; a boundary query is a staff matter."""


def application(made: Runtime) -> Application:
    assert isinstance(made.settings, NotesSettings)
    database, store, commands, documents = (
        made.database, made.store, made.commands, made.documents,
    )  # fmt: skip
    relationships = relationships_of(made, learns=("referrals", "supervision"))
    standings = Standings(database)
    routing = Routing(database, standings)
    circumstances = Circumstances(made.messaging, relationships, standings)
    recording = Recording(store, relationships, circumstances, routing)
    return Application(
        notes=Notes(commands, relationships, standings, circumstances, recording),
        reading=Reading(database, store, relationships, documents),
        signing=Signing(commands, made.messaging, relationships, standings),
        corrections=Corrections(
            database, commands, store, relationships, standings, circumstances, routing
        ),
        group_sessions=GroupSessions(database, commands, relationships, recording),
        concerns=Concerns(database, store, commands, made.messaging, relationships, routing),
        concern_reading=ConcernReading(database, store, relationships, documents),
        boundary_queries=BoundaryQueries(database, store, commands, relationships, documents),
        overdue=Overdue(database, commands),
        measuring=Measuring(database, made.clock),
        policies=Policies(
            database,
            store,
            commands,
            relationships,
            RecordKeepingPolicy,
            POLICIES,
            made.settings.trust_floor,
        ),
        summary=Summary(database, relationships),
        overrides=Overrides(database, commands, made.messaging, relationships, documents),
        feed=Feed(
            store,
            made.keys,
            made.messaging.names(),
            relationships,
            made.stopping,
            made.worker.relay,
            FED,
        ),
    )


SERVICE = Service(
    name="notes",
    title="Countersign: notes",
    description="Notes of work with service users, their countersignature, and concerns.",
    aggregates=(
        Note,
        OverdueCountersignature,
        GroupSession,
        Concern,
        Escalation,
        BoundaryQuery,
        RecordKeepingPolicy,
        AccessOverride,
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
    measures=lambda application: application.measuring.measures(),
)


def create_app(
    settings: NotesSettings | None = None, role: Role = "all", clock: Clock | None = None
) -> FastAPI:
    return create_service(SERVICE, settings or NotesSettings(), role=role, clock=clock)

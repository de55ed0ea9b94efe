"""Puts the audit service together."""

from datetime import timedelta

from fastapi import FastAPI

from services.audit import api
from services.audit.application import Audit, Authorities, LedgerKeys, parse_witnesses
from services.audit.consumer import HANDLERS
from services.audit.domain import Download, Engagement, Export, Finding, Query
from services.audit.projection import METADATA, rows
from services.audit.settings import AuditSettings
from shared.kernel.clock import Clock
from shared.platform.feeds import Feed
from shared.platform.service import Role, Runtime, Service, create_service


def application(made: Runtime) -> Audit:
    settings = made.settings
    assert isinstance(settings, AuditSettings)
    grace = timedelta(hours=settings.access_grace_hours)
    feed = Feed(
        made.store,
        made.keys,
        made.messaging.names(),
        made.access_log,
        made.stopping,
        made.worker.relay,
    )
    authorities = Authorities.parse(
        settings.timestamp_authorities, settings.timestamp_roots, settings.timestamp_every_minutes
    )
    check_every = timedelta(hours=settings.check_every_hours)
    return Audit(
        made.database, made.commands, made.messaging, made.keys, made.clock, grace, feed,
        LedgerKeys.parse(settings.ledger_origin, settings.ledger_keys.get_secret_value()),
        HANDLERS, check_every, parse_witnesses(settings.witnesses), authorities,
        store=made.store, wrapper=made.wrapper,
        export_for=timedelta(hours=settings.export_hours),
    )  # fmt: skip


SERVICE = Service(
    name="audit",
    title="Countersign: audit",
    description="The record of every event of every service, and questions put to it.",
    aggregates=(Query, Engagement, Export, Download, Finding),
    read_models=METADATA,
    rows=lambda _: rows,
    application=application,
    routers=api.ROUTERS,
    handlers=HANDLERS,
    keys_from=("referrals", "supervision"),
    asks_for_events=True,
    jobs=lambda app: (
        app.signing.look,
        app.cosigning.look,
        app.timestamping.look,
        app.filling.fill,
        app.checking.check,
        app.checking.check_again,
        app.findings.announce,
        app.making.look,
    ),
    checks=lambda app: app.checks(),
    leader_measures=lambda app: app.measures(),
)


def create_app(
    settings: AuditSettings | None = None, role: Role = "all", clock: Clock | None = None
) -> FastAPI:
    return create_service(SERVICE, settings or AuditSettings(), role=role, clock=clock)

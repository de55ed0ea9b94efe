"""An audit service with its database and consumers, to which events of any contract can come."""

import asyncio
import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from nats.aio.client import Client
from pydantic import SecretStr
from pydantic_core import from_json, to_json

from deploy.local.layout import ODS_CODE
from services.audit.access import READ_EVENTS
from services.audit.application import Audit, LedgerKeys
from services.audit.consumer import HANDLERS
from services.audit.projection import rows
from services.audit.settings import AuditSettings
from shared.contracts.access import (
    AccessDenied,
    AccessOverrideGranted,
    EngagementAgreed,
    RecordRead,
)
from shared.contracts.contract import contract_of
from shared.contracts.referrals import PersonName, RestrictionSet, ServiceUserRegistered
from shared.contracts.supervision import WorkerDetails, WorkerRegistered
from shared.contracts.system import SERVICES
from shared.eventstore.cloudevents import Names
from shared.eventstore.commands import Commands
from shared.eventstore.database import Rows
from shared.eventstore.relay import Relay
from shared.eventstore.sealing import DataKey, event_context
from shared.eventstore.stream import publish_batch
from shared.kernel.actor import Actor
from shared.kernel.call import Call, Caller
from shared.kernel.clock import Clock, SystemClock
from shared.kernel.ids import new_id
from shared.kernel.store import RecordedEvent
from shared.platform.accesslog import AccessLog
from shared.platform.consumer import Consumer
from shared.platform.feeds import Feed
from shared.platform.messaging import Messaging
from shared.platform.stopping import Stopping
from tests.support.build import NOW, NURSE, SERVICE_USER, WORKER
from tests.support.engines import Engines, Fresh, Opened
from tests.support.keys import ring
from tests.support.wait import until

MOST_AT_ONCE = 500
"""Messages of one batch."""
GRACE = timedelta(hours=2)
"""How long ties outlive their end in this service."""
SEED = base64.b64encode(bytes(32)).decode()
KEYS = LedgerKeys.parse("ledger.example/v1/audit/ledger", SEED)
OTHER = UUID("01a00000-0000-7000-8000-000000000002")
MANAGER = Actor("manager-1", "Manager 1", "team_manager")


@dataclass(frozen=True)
class Said:
    """An event that a service might have published."""

    service: str
    payload: Any
    subject: str
    by: Actor
    at: datetime
    team: str | None
    resource_id: str
    version: int = 1
    id: UUID = field(default_factory=new_id)

    def body(self, key: DataKey) -> bytes:
        """As it is published, what is personal sealed under a key."""
        contract = contract_of(type(self.payload), self.service)
        fields = vars(self.payload)
        said: dict[str, Any] = {
            "id": self.id,
            "type": contract.type,
            "time": self.at,
            "actor": self.by,
            "subject": self.subject,
            "team": self.team,
            "resource": {
                "kind": contract.kind,
                "id": self.resource_id,
                "stream": self.id,
                "version": self.version,
            },
            "data": {name: fields[name] for name in sorted(contract.clear)},
        }
        if contract.personal:
            personal = to_json({name: fields[name] for name in sorted(contract.personal)})
            sealed = key.seal(personal, event_context(self.id, self.version, contract.type))
            said["sealed"] = {"key": key.id, "value": base64.b64encode(sealed).decode()}
        return to_json(said)


def said(
    service: str,
    payload: Any,
    subject: UUID | str,
    *,
    by: Actor = WORKER,
    at: datetime = NOW,
    team: str | None = "north-cmht",
    resource_id: UUID | str | None = None,
    version: int = 1,
) -> Said:
    resource = str(resource_id or new_id())
    return Said(service, payload, str(subject), by, at, team, resource, version)


def read(*people: UUID, by: Actor = NURSE, service: str = "notes", **more: Any) -> Said:
    """Someone was shown the records of people: of one about that person, of several a list."""
    at = more.pop("at", NOW)
    fields = {"operation": "list_notes", "resource": None, "returned": 3, "basis": "team",
              "purpose": "direct_care", **more}  # fmt: skip
    payload = RecordRead(service_user_ids=people, **fields)
    subject = people[0] if len(people) == 1 else by.staff_id
    return said(service, payload, subject, by=by, at=at, team=None)


def denied(person: UUID, by: Actor = NURSE, *, restricted: bool = False) -> Said:
    payload = AccessDenied(
        operation="read_note", code="no_relationship", service_user_id=person, restricted=restricted
    )
    return said("notes", payload, person, by=by, team=None)


def granted(person: UUID, by: Actor = NURSE, at: datetime = NOW, **more: Any) -> Said:
    """Someone broke the glass for eight hours."""
    team = more.pop("team", "north-cmht")
    fields: dict[str, Any] = {"reason_code": "emergency", "reason": "Words of care.", "renewal": 0,
                              "restricted": False, **more}  # fmt: skip
    payload = AccessOverrideGranted(
        service_user_id=person, team_id=team, until=at + timedelta(hours=8),
        review_due_at=at + timedelta(days=3), **fields,
    )  # fmt: skip
    return said("notes", payload, person, by=by, at=at, team=team)


def registered(person: UUID = SERVICE_USER, team: str = "north-cmht") -> Said:
    payload = ServiceUserRegistered(
        nhs_number=None,
        local_ids=(),
        name=PersonName(given=("Service User",), family="One"),
        date_of_birth=date(1985, 4, 12),
        team_id=team,
    )
    at = NOW - timedelta(days=90)
    return said("referrals", payload, person, by=MANAGER, at=at, team=team, resource_id=person)


def restricted(person: UUID, *excluded: str, version: int = 2, **changes: Any) -> Said:
    """The record of a person is for named staff only, and never for the excluded."""
    fields = {"restricted": True, "named_staff": (), "reason": "Words.", **changes}
    payload = RestrictionSet(excluded_staff=excluded, **fields)
    at = NOW - timedelta(days=1)
    return said(
        "referrals", payload, person, by=MANAGER, at=at, resource_id=person, version=version
    )


def working(staff_id: str, team: str = "north-cmht") -> Said:
    details = WorkerDetails(
        name=staff_id.title(), job_title="Nurse", employer="A trust", teams=(team,)
    )
    payload = WorkerRegistered(staff_id=staff_id, details=details)
    at = NOW - timedelta(days=90)
    return said(
        "supervision", payload, staff_id, by=MANAGER, at=at, team=team, resource_id=staff_id
    )


class AuditService:
    """The application and its consumers. Nothing relays here: what arrives was made by a test, and
    audit's own events when they are `relayed`."""

    def __init__(
        self,
        audit: Audit,
        connection: Client,
        consumers: Sequence[Consumer],
        opened: Opened,
        commands: Commands,
        fresh: Fresh,
        key: DataKey,
    ) -> None:
        self.key = key
        self.database = opened.database
        self.opened = opened
        self.commands = commands
        self.application = audit
        self.dsn, self.owner_dsn = fresh.dsn, fresh.owner_dsn
        self._connection = connection
        self._consumers = {each.producer: each for each in consumers}
        self._published = dict.fromkeys(SERVICES, 0)
        self._relayed = 0

    async def arrive(self, *events: Said) -> None:
        """Publish events on their services' streams, in order, and wait for the ledger."""
        for service, of_it in groupby(events, lambda each: each.service):
            already = self._published[service]
            messages = [
                self._message(event, number) for number, event in enumerate(of_it, already + 1)
            ]
            await publish_batch(self._connection, messages, already)
            self._published[service] = last = already + len(messages)
            consumer = self._consumers[service]
            await until(lambda c=consumer, p=last << 12: c.position == p)  # type: ignore[misc]

    async def relayed(self) -> None:
        """Let audit's own events come to its ledger, as its relay would. Not beside others that a
        test says audit published."""
        rows = await self.database.run(
            "SELECT position, event_id, type, body FROM events WHERE position > %s"
            " ORDER BY position",
            (self._relayed,),
        )
        messages = []
        for row in rows:
            kind = from_json(row["body"])["resource"]["kind"]
            headers = {
                "ce-id": str(row["event_id"]),
                "ce-type": row["type"],
                "ce-position": str(row["position"]),
                "ce-previous": str(self._relayed),
            }
            subject = Names(ODS_CODE, "audit").subject(kind, row["type"])
            messages.append((subject, headers, bytes(row["body"])))
            self._relayed = row["position"]
        if messages:
            await publish_batch(self._connection, messages, self._published["audit"])
            self._published["audit"] += len(messages)
            consumer = self._consumers["audit"]
            await until(lambda: consumer.position == self._relayed)

    async def arrive_as_stored(self, service: str, *events: RecordedEvent) -> None:
        """Publish what a service has stored, byte for byte, and wait for the ledger."""
        already = self._published[service]
        names, messages = Names(ODS_CODE, service), []
        for number, event in enumerate(events, already + 1):
            kind = from_json(event.body)["resource"]["kind"]
            headers = _headers(str(event.event_id), event.type, number)
            messages.append((names.subject(kind, event.type), headers, event.body))
        for start in range(0, len(messages), MOST_AT_ONCE):
            batch = messages[start : start + MOST_AT_ONCE]
            await publish_batch(self._connection, batch, already + start)
        self._published[service] = last = already + len(messages)
        consumer = self._consumers[service]
        await until(lambda: consumer.position == last << 12)

    async def take_keys(self, rows: Rows) -> None:
        """Rows of another service's keys, as if they had come on their stream."""
        async with self.database.connection() as connection:
            for row in rows:
                await connection.execute(
                    "INSERT INTO keys.data_keys VALUES (%(key_id)s, %(subject)s, %(owner)s,"
                    " %(wrapped)s, %(kek)s, %(created_at)s, %(destroyed_at)s, true)"
                    " ON CONFLICT DO NOTHING",
                    row,
                )

    async def recorded(self, type: str) -> list[dict[str, Any]]:
        """What audit's own events of a type say, oldest first. Its own don't come to its ledger
        here."""
        rows = await self.database.run(
            "SELECT body FROM events WHERE type = %s ORDER BY position",
            (f"countersign.audit.{type}.v1",),
        )
        return [from_json(row["body"])["data"] for row in rows]

    def _message(self, event: Said, number: int) -> tuple[str, dict[str, str], bytes]:
        contract = contract_of(type(event.payload), event.service)
        return (
            Names(ODS_CODE, event.service).subject(contract.kind, contract.type),
            _headers(str(event.id), contract.type, number),
            event.body(self.key),
        )


def _headers(event_id: str, type: str, number: int) -> dict[str, str]:
    return {
        "ce-id": event_id,
        "ce-type": type,
        "ce-position": str(number << 12),
        "ce-previous": str((number - 1) << 12),
    }


@asynccontextmanager
async def audit_service(
    engines: Engines, clock: Clock | None = None
) -> AsyncIterator[AuditService]:
    """`clock` is what its consumers go by."""
    fresh = engines.fresh("audit")
    settings = AuditSettings(
        ledger_keys=SecretStr(SEED),
        database_dsn=fresh.dsn,
        nats_url=engines.layout.nats_url,
        nats_user="audit",
        nats_password=engines.layout.secret("nats", "audit"),
        ods_code=ODS_CODE,
        idempotency_secret="not used here",
        key_encryption_keys="not used here",
    )
    async with AsyncExitStack() as stack:
        opened = await stack.enter_async_context(fresh.opened())
        streams = [await stack.enter_async_context(engines.stream(name)) for name in SERVICES]
        messaging = Messaging(settings, "audit", opened.database, SERVICES)
        await messaging.start()
        stack.push_async_callback(messaging.stop)
        await messaging.ready()
        consumers = [
            Consumer(opened.database, messaging, "audit", producer, handler, clock)
            for producer, handler in HANDLERS.items()
        ]
        running = [asyncio.create_task(each.run()) for each in consumers]
        commands = Commands(
            opened.database, opened.store, opened.mapper, opened.keys, opened.unit_of_work, rows, {}
        )
        key = await opened.key_named("service-user:anyone")
        relay = Relay(opened.database, opened.store, messaging.connection, messaging.names())
        feed = Feed(
            opened.store, opened.keys, messaging.names(), AccessLog(commands), Stopping(), relay
        )
        audit = Audit(
            opened.database, commands, messaging, opened.keys, SystemClock(), GRACE, feed,
            KEYS, HANDLERS, timedelta(hours=1),
            store=opened.store, wrapper=ring(),
        )  # fmt: skip
        try:
            yield AuditService(audit, streams[0][0], consumers, opened, commands, fresh, key)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)


def calling(staff_id: str, role: str, at: datetime = NOW, if_match: int | None = None) -> Call:
    """A call of someone who holds one role."""
    caller = Caller(staff_id, staff_id, frozenset({role}), frozenset())
    return Call(READ_EVENTS, caller, role, at, if_match)


AUDITOR = calling("auditor-1", "auditor")
IG_LEAD = calling("ig-lead-1", "ig_lead")


async def engaged(audit: AuditService, **terms: Any) -> UUID:
    """Let an auditor, auditor-1 unless it is said, read within a scope."""
    fields = {
        "auditor_id": "auditor-1",
        "purpose": "Quarterly record-keeping audit.",
        "approver_id": "ig-lead-2",
        "starts_at": NOW,
        "ends_at": NOW + timedelta(days=30),
        **terms,
    }
    outcome = await audit.application.engagements.agree(IG_LEAD, EngagementAgreed(**fields))
    return outcome.aggregate.id


async def events(audit: AuditService, call: Call = IG_LEAD, **filters: Any) -> Rows:
    found = await audit.application.questions.events(call, **{"limit": 50, **filters})
    return [row["document"] for row in found.rows]

"""The ledger and the entries read from it.

`ledger` holds raw bytes, gaplessly indexed and never changed; `entries` is what they say, read
once, and can be made again from the ledger.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    bindparam,
    func,
    select,
)

from services.audit.domain import Query
from shared.contracts.system import SERVICES
from shared.eventstore.database import Database, Rows
from shared.eventstore.keys import DataKeys
from shared.eventstore.listing import Listing
from shared.eventstore.mapper import Body, keys_of, personal
from shared.eventstore.sealing import Keys, Seal
from shared.eventstore.sql import Prepared, RowsInto, Write

METADATA = MetaData()
LEDGER = Table(
    "ledger",
    METADATA,
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("service", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("previous", BigInteger, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
)
ENTRIES = Table(
    "entries",
    METADATA,
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Uuid, nullable=False),
    Column("service", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("actor_role", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("team_id", Text),
    Column("resource_kind", Text, nullable=False),
    Column("resource_id", Text, nullable=False),
    Column("resource_version", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
)
GAPS = Table(
    "gaps",
    METADATA,
    Column("service", Text, primary_key=True),
    Column("after_position", BigInteger, primary_key=True, autoincrement=False),
    Column("before_position", BigInteger, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("filled_at", DateTime(timezone=True)),
)
LEDGER_ROWS = RowsInto(LEDGER, replace=False)
ENTRY_ROWS = RowsInto(ENTRIES, replace=False)
GAP_ROWS = RowsInto(GAPS)

SUMMARIES = {
    "note-recorded": "Note recorded",
    "note-amended": "Note amended",
    "note-countersigned": "Note countersigned",
    "service-user-registered": "Service user registered",
    "referral-received": "Referral received",
    "referral-decided": "Referral decided",
    "referral-allocated": "Referral allocated",
    "worker-registered": "Worker registered",
    "worker-updated": "Worker's entry updated",
    "ledger-queried": "Record queried",
    "store-restored": "Event store restored",
    "key-rotated": "Data keys wrapped again",
}
NOT_CONTENT = ("salt",)

_LIST = Listing(
    select(ENTRIES.c.index, LEDGER).join(LEDGER, LEDGER.c.index == ENTRIES.c.index),
    key=(ENTRIES.c.index,),
    filters={
        "service_user_id": ENTRIES.c.subject == bindparam("service_user_id"),
        "actor_id": ENTRIES.c.actor_id == bindparam("actor_id"),
        "actor_role": ENTRIES.c.actor_role == bindparam("actor_role"),
        "team_id": ENTRIES.c.team_id == bindparam("team_id"),
        "resource_id": ENTRIES.c.resource_id == bindparam("resource_id"),
        "type": ENTRIES.c.type == bindparam("type"),
        "service": ENTRIES.c.service == bindparam("service"),
        "outcome": ENTRIES.c.outcome == bindparam("outcome"),
        "since": ENTRIES.c.time >= bindparam("since"),
        "until": ENTRIES.c.time < bindparam("until"),
        "as_of": LEDGER.c.recorded_at <= bindparam("as_of"),
    },
)
_ONE = Prepared(
    select(LEDGER)
    .join(ENTRIES, LEDGER.c.index == ENTRIES.c.index)
    .where(ENTRIES.c.event_id == bindparam("event_id"))
)
_LAST = Prepared(
    select(LEDGER.c.service, func.max(LEDGER.c.position).label("position")).group_by(
        LEDGER.c.service
    )
)
_GAPS = Prepared(
    select(
        GAPS.c.service,
        func.count().filter(GAPS.c.filled_at.is_(None)).label("open"),
        func.count(GAPS.c.filled_at).label("filled"),
    ).group_by(GAPS.c.service)
)


def entry(index: int, service: str, raw: bytes) -> Write:
    """What a ledger row says. Raises for bytes that aren't an event."""
    body = from_json(raw)
    resource, actor = body["resource"], body["actor"]
    return ENTRY_ROWS.row(
        index=index,
        event_id=UUID(body["id"]),
        service=service,
        type=_bare(body["type"]),
        time=datetime.fromisoformat(body["time"]),
        actor_id=actor["staff_id"],
        actor_role=actor["role"],
        subject=body["subject"],
        team_id=body["team"],
        resource_kind=resource["kind"],
        resource_id=resource["id"],
        resource_version=resource["version"],
        outcome=str(body["data"].get("outcome", "success")),
    )


def document(row: Any, body: Body, keys: Keys) -> dict[str, Any]:
    """An event as auditors see it, from its ledger row: what was destroyed is left out."""
    resource, words = body["resource"], personal(body, keys)
    content = {**body["data"], **(words or {})}
    bare = _bare(body["type"])
    return {
        "index": row["index"],
        "event_id": body["id"],
        "service": row["service"],
        "position": row["position"],
        "previous": row["previous"],
        "type": bare,
        "time": body["time"],
        "recorded_at": row["recorded_at"],
        "actor": body["actor"],
        "service_user_id": _service_user(body, content),
        "team_id": body["team"],
        "resource": {key: resource[key] for key in ("kind", "id", "version")},
        "summary": f"{SUMMARIES.get(bare, bare)} by {body['actor']['staff_id']}",
        "content": {key: value for key, value in content.items() if key not in NOT_CONTENT},
        "content_state": "shown" if words is not None else "destroyed",
        "digest": row["digest"].hex(),
    }


def _service_user(body: dict[str, Any], content: dict[str, Any]) -> str | None:
    """The service user an event is about, if it is about one."""
    if body["resource"]["kind"] in ("note", "referral", "service-user"):
        subject: str = body["subject"]
        return subject
    return content.get("service_user_id")


def _bare(type: str) -> str:
    return type.split(".")[2]


def rows(query: Query, seal: Seal) -> list[Write]:
    return []


class Ledger:
    """Queries of the ledger."""

    def __init__(self, database: Database, keys: DataKeys) -> None:
        self._database = database
        self._keys = keys

    async def page(self, **arguments: Any) -> Rows:
        """Events by index, each row with its `document`."""
        return await self._opened(await _LIST.page(self._database, **arguments))

    async def event(self, event_id: UUID) -> dict[str, Any] | None:
        row = await self._database.fetch_one(_ONE, event_id=event_id)
        return (await self._opened([row]))[0]["document"] if row else None

    async def _opened(self, rows: Rows) -> Rows:
        bodies = [from_json(row["body"]) for row in rows]
        keys = await self._keys.opening(keys_of(bodies))
        return [
            {"index": row["index"], "document": document(row, body, keys)}
            for row, body in zip(rows, bodies, strict=True)
        ]

    async def positions(self) -> dict[str, int]:
        """The last position held of each service."""
        held = {row["service"]: row["position"] for row in await self._database.fetch(_LAST)}
        return {service: held.get(service, 0) for service in SERVICES}

    async def gaps(self) -> dict[str, tuple[int, int]]:
        """How many gaps each service's events have: open, filled."""
        found = await self._database.fetch(_GAPS)
        return {row["service"]: (row["open"], row["filled"]) for row in found}

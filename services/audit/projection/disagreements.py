"""Where services and the ledger say different things: kept, settled when they no longer do."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, bindparam, func, null, select, update
from sqlalchemy.dialects.postgresql import insert

from services.audit.policy import Disagreement
from services.audit.projection.tables import DISAGREEMENTS, LEDGER
from shared.eventstore.database import Database, Rows
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sql import Prepared, Write

_KEY = ("service", "position", "kind", "digest")
_inserted = insert(DISAGREEMENTS).values(
    {column.name: bindparam(column.name) for column in DISAGREEMENTS.columns}
)
_NOTE = Prepared(
    _inserted.on_conflict_do_update(
        index_elements=[*_KEY],
        set_={"settled_at": null()},
        where=DISAGREEMENTS.c.settled_at.is_not(None),
    ),
    name="disagreements",
)
"""What is seen again keeps the time it was first seen at."""
_OPEN = DISAGREEMENTS.c.settled_at.is_(None)
_HERE = (
    DISAGREEMENTS.c.service == bindparam("of"),
    DISAGREEMENTS.c.position > bindparam("behind"),
    DISAGREEMENTS.c.position < bindparam("ahead"),
    _OPEN,
)
_SETTLE = Prepared(
    update(DISAGREEMENTS)
    .values(settled_at=bindparam("at"))
    .where(*_HERE, DISAGREEMENTS.c.kind != "chain"),
    name="disagreements",
)
_JOIN_CHAIN = Prepared(
    update(DISAGREEMENTS)
    .values(settled_at=bindparam("at"))
    .where(*_HERE, DISAGREEMENTS.c.kind == "chain"),
    name="disagreements",
)
_NEXT_OPEN = Prepared(
    select(DISAGREEMENTS.c.service, DISAGREEMENTS.c.position)
    .distinct()
    .where(
        _OPEN,
        DISAGREEMENTS.c.service == bindparam("service"),
        DISAGREEMENTS.c.position > bindparam("after"),
    )
    .order_by(DISAGREEMENTS.c.service, DISAGREEMENTS.c.position)
    .limit(bindparam("limit"))
)
_UNANNOUNCED = Prepared(
    select(*(DISAGREEMENTS.c[name] for name in _KEY))
    .where(DISAGREEMENTS.c.announced_at.is_(None))
    .order_by(DISAGREEMENTS.c.seen_at)
    .limit(bindparam("limit"))
)
_ANNOUNCE = Prepared(
    update(DISAGREEMENTS)
    .values(announced_at=bindparam("at"))
    .where(*(DISAGREEMENTS.c[name] == bindparam(f"of_{name}") for name in _KEY)),
    name="disagreements",
)
_HOW_MANY = Prepared(
    select(
        DISAGREEMENTS.c.service,
        func.count().filter(_OPEN).label("open"),
        func.count(DISAGREEMENTS.c.settled_at).label("settled"),
    ).group_by(DISAGREEMENTS.c.service)
)


def _filter(name: str) -> ColumnElement[bool]:
    return DISAGREEMENTS.c[name] == bindparam(name)


_LIST = Listing(
    select(
        *(column for column in DISAGREEMENTS.columns if column.name != "body"),
        LEDGER.c.index,
        LEDGER.c.digest.label("held_digest"),
    ).outerjoin(
        LEDGER,
        and_(
            LEDGER.c.service == DISAGREEMENTS.c.service,
            LEDGER.c.position == DISAGREEMENTS.c.position,
        ),
    ),
    key=(DISAGREEMENTS.c.seen_at, *(DISAGREEMENTS.c[name] for name in _KEY)),
    filters={
        "service": _filter("service"),
        "kind": _filter("kind"),
        "open": and_(_OPEN, bindparam("open", type_=Boolean)),
        "settled": and_(~_OPEN, bindparam("settled", type_=Boolean)),
    },
)


def disagreement(
    service: str,
    position: int,
    kind: Disagreement,
    at: datetime,
    *,
    event_id: str,
    type: str,
    digest: bytes = b"",
    body: bytes = b"",
) -> Write:
    """Keeps one. `digest` and `body` are what the service says."""
    return _NOTE.write(
        service=service, position=position, kind=kind, digest=digest, event_id=event_id,
        type=type, body=body, seen_at=at, settled_at=None, announced_at=None,
    )  # fmt: skip


def settled(service: str, after: int, before: int, at: datetime) -> Write:
    """Service and ledger hold the same strictly between two positions, or what of them differs is
    written after this."""
    return _SETTLE.write(of=service, behind=after, ahead=before, at=at)


def chained(service: str, after: int, before: int, at: datetime) -> Write:
    """The events held after a position, up to and with another, follow one another."""
    return _JOIN_CHAIN.write(of=service, behind=after, ahead=before + 1, at=at)


def announced(row: Mapping[str, Any], at: datetime) -> Write:
    return _ANNOUNCE.write(at=at, **{f"of_{name}": row[name] for name in _KEY})


def _document(row: Mapping[str, Any]) -> dict[str, Any]:
    told = ("service", "position", "kind", "event_id", "type", "index", "seen_at", "settled_at")
    return {
        **{name: row[name] for name in told},
        "held_digest": row["held_digest"].hex() if row["held_digest"] is not None else None,
        "said_digest": row["digest"].hex() or None,
    }


class Disagreements:
    """Queries of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, **arguments: Any) -> Slice:
        """By when they were first seen, each row with its `document`."""
        return (await _LIST.page(self._database, **arguments)).shown(_document)

    async def next_open(self, service: str, after: int, limit: int) -> list[int]:
        """Positions of one service with an open one, in order."""
        rows = await self._database.fetch(_NEXT_OPEN, service=service, after=after, limit=limit)
        return [row["position"] for row in rows]

    async def unannounced(self, limit: int) -> Rows:
        return await self._database.fetch(_UNANNOUNCED, limit=limit)

    async def how_many(self) -> dict[str, tuple[int, int]]:
        """Of each service that has any: open, settled."""
        found = await self._database.fetch(_HOW_MANY)
        return {row["service"]: (row["open"], row["settled"]) for row in found}

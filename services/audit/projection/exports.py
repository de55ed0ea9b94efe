"""Read model of exports: what is asked for, how far it has come, what has to go."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, all_, bindparam, delete, func, or_, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.audit.domain import UNFINISHED, Export
from services.audit.policy import Sight
from services.audit.projection.scope import excluded, kept
from services.audit.projection.tables import EXPORT_PROGRESS, EXPORT_ROWS, EXPORTS
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sql import Prepared, Write

_WITH_PROGRESS = select(EXPORTS, EXPORT_PROGRESS.c.done, EXPORT_PROGRESS.c.total).outerjoin(
    EXPORT_PROGRESS, EXPORT_PROGRESS.c.export_id == EXPORTS.c.id
)
_OF_PERSON = EXPORTS.c.document.op("->>")("service_user_id")
_OF_NOTE = EXPORTS.c.document.op("->>")("note_id")
_LIST = Listing(
    _WITH_PROGRESS,
    key=(EXPORTS.c.requested_at, EXPORTS.c.id),
    filters={
        "requested_by": EXPORTS.c.requested_by == bindparam("requested_by"),
        "state": EXPORTS.c.state == bindparam("state"),
        "excluded_from": or_(
            EXPORTS.c.requested_by == bindparam("caller"),
            _OF_PERSON.is_(None),
            all_(bindparam("excluded_from", type_=ARRAY(Text))) != _OF_PERSON,
        ),
        "kept_from": or_(
            EXPORTS.c.requested_by == bindparam("caller"),
            _OF_NOTE.is_(None),
            all_(bindparam("kept_from", type_=ARRAY(Text))) != _OF_NOTE,
        ),
        "caller": true(),
    },
)
_ONE = Prepared(_WITH_PROGRESS.where(EXPORTS.c.id == bindparam("id")))
_IS_UNFINISHED = or_(*(EXPORTS.c.state == each.value for each in UNFINISHED))
_UNFINISHED = Prepared(
    select(EXPORTS.c.id).where(_IS_UNFINISHED).order_by(EXPORTS.c.requested_at, EXPORTS.c.id)
)
_HOW_MANY = Prepared(
    select(func.count().label("exports"))
    .select_from(EXPORTS)
    .where(EXPORTS.c.requested_by == bindparam("requested_by"), _IS_UNFINISHED)
)
_OVER = Prepared(
    select(EXPORTS.c.id)
    .where(EXPORTS.c.state == "ready", EXPORTS.c.expires_at <= bindparam("at"))
    .order_by(EXPORTS.c.expires_at)
)
_DESTROYED = Prepared(
    text("""
SELECT exports.id FROM exports
WHERE exports.state IN ('queued', 'running', 'ready') AND EXISTS (
  SELECT FROM keys.data_keys
  WHERE data_keys.destroyed_at > exports.requested_at AND (
    exports.document ->> 'kind' = 'period'
    OR data_keys.subject = 'service-user:' || (exports.document ->> 'service_user_id')
    OR data_keys.subject IN (
      SELECT 'service-user:' || person.value
      FROM json_array_elements_text(exports.document -> 'service_user_ids') AS person)
  )
)
""")
)
"""Those that may hold content which was destroyed since they were asked for."""
_SET = insert(EXPORT_PROGRESS).values(
    export_id=bindparam("export_id"),
    done=bindparam("done"),
    total=bindparam("total"),
    at=bindparam("at"),
)
_SET_PROGRESS = Prepared(
    _SET.on_conflict_do_update(
        index_elements=["export_id"],
        set_={"done": _SET.excluded.done, "total": _SET.excluded.total, "at": _SET.excluded.at},
    )
)
_FORGET_PROGRESS = Prepared(
    delete(EXPORT_PROGRESS).where(EXPORT_PROGRESS.c.export_id == bindparam("of_export"))
)


def export_document(export: Export) -> dict[str, Any]:
    """An export as the API shows it, but for how far it has come."""
    return {
        "id": export.id,
        "version": export.version,
        "kind": export.of,
        "purpose": export.purpose,
        "service_user_id": export.service_user_id,
        "service_user_ids": export.service_user_ids,
        "note_id": export.note_id,
        "from": export.since,
        "to": export.until,
        "requested": {"by": export.requested_by, "at": export.created_on},
        "engagement_id": export.engagement_id,
        "state": export.state,
        "statement": export.statement,
        "expires_at": export.expires_at,
        "sha256": export.sha256,
        "bytes": export.bytes,
        "failure": export.failure,
        "ended": export.ended,
    }


def export_row(export: Export) -> Write:
    return EXPORT_ROWS.row(
        id=export.id,
        version=export.version,
        requested_by=export.requested_by.staff_id,
        requested_at=export.created_on,
        state=export.state,
        expires_at=export.expires_at,
        document=export_document(export),
    )


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row as the API shows it: an export that is worked on is running."""
    begun = row["total"] is not None
    state = "running" if begun and row["state"] == "queued" else row["state"]
    progress = {"done": row["done"], "total": row["total"]} if begun else None
    return {**row["document"], "state": state, "progress": progress}


class Exports:
    """Queries of exports, and what the job says of how far it is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_ONE, id=id)

    async def page(self, caller: str, seen: Sight | None = None, **arguments: Any) -> Slice:
        """Exports by when they were asked for; others' not if they are of people from whose record
        the caller is excluded, or of notes that are kept from them."""
        hidden = {**excluded(seen), **kept(seen)} if seen else {}
        if hidden:
            arguments = {**arguments, "caller": caller, **hidden}
        return (await _LIST.page(self._database, **arguments)).shown(lambda row: shown(dict(row)))

    async def unfinished(self) -> list[UUID]:
        """Those that are to be made, in the order in which they were asked for."""
        return _ids(await self._database.fetch(_UNFINISHED))

    async def unfinished_of(self, staff_id: str) -> int:
        row = await self._database.fetch_one(_HOW_MANY, requested_by=staff_id)
        return int(row["exports"]) if row else 0

    async def over(self, at: datetime) -> list[UUID]:
        """Those whose time is over."""
        return _ids(await self._database.fetch(_OVER, at=at))

    async def destroyed(self) -> list[UUID]:
        """Those that may hold content which was destroyed since."""
        return _ids(await self._database.fetch(_DESTROYED))

    async def progress(self, id: UUID, done: int, total: int, at: datetime) -> None:
        async with self._database.connection() as connection:
            values = {"export_id": id, "done": done, "total": total, "at": at}
            await connection.execute(_SET_PROGRESS.sql, _SET_PROGRESS.bind(values))


def without_progress(id: UUID) -> Write:
    """Forgets how far an export had come."""
    return _FORGET_PROGRESS.write(of_export=id)


def _ids(rows: Iterable[dict[str, Any]]) -> list[UUID]:
    return [row["id"] for row in rows]

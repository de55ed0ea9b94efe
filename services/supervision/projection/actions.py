"""Read model of what is to be done after sessions: whose, by when and whether it is in clear, what
it is sealed under the worker's key."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic_core import from_json
from sqlalchemy import (
    JSON,
    Column,
    Date,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    delete,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.supervision.domain import Session
from services.supervision.projection.tables import METADATA, of_either
from shared.eventstore.database import Database
from shared.eventstore.documents import PERSONAL, subject_of
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write, time_column

ACTIONS = Table(
    "supervision_actions",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("session_id", Uuid, nullable=False),
    Column("worker_id", Text, nullable=False, info=subject_of("worker")),
    Column("supervisor_id", Text, nullable=False),
    Column("owner_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("due_on", Date),
    time_column("recorded_at"),
    Column("version", Integer, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)
_ROWS = RowsInto(ACTIONS)
_AMENDED_AWAY = Prepared(
    delete(ACTIONS).where(
        ACTIONS.c.session_id == bindparam("session_id"),
        not_(ACTIONS.c.id == any_(bindparam("kept", type_=ARRAY(Uuid)))),
    )
)
_OVERDUE = and_(ACTIONS.c.status == "open", ACTIONS.c.due_on < bindparam("overdue_on"))
_LIST = Listing(
    # Each is sealed with its session, whose id opens it.
    select(
        ACTIONS.c.session_id.label("id"),
        ACTIONS.c.id.label("action_id"),
        ACTIONS.c.worker_id,
        ACTIONS.c.recorded_at,
        ACTIONS.c.metadata,
        ACTIONS.c.document,
    ),
    key=(ACTIONS.c.recorded_at, ACTIONS.c.id),
    filters={
        "participant": of_either(ACTIONS, bindparam("participant")),
        "owner_id": ACTIONS.c.owner_id == bindparam("owner_id"),
        "status": ACTIONS.c.status == bindparam("status"),
        "overdue_on": _OVERDUE,
        "not_overdue_on": or_(
            ACTIONS.c.status != "open",
            ACTIONS.c.due_on.is_(None),
            ACTIONS.c.due_on >= bindparam("not_overdue_on"),
        ),
    },
)


def actions_of(session: Session) -> list[dict[str, Any]]:
    """The actions of a record, and what became of each."""
    return [
        {**vars(each), **_became(session.action_states.get(each.id))}
        for each in (session.content.actions if session.content else ())
    ]


def _became(state: Mapping[str, Any] | None) -> dict[str, Any]:
    said = state or {"status": "open", "outcome": None, "by": None, "at": None}
    return {
        "status": said["status"],
        "outcome": said["outcome"],
        "updated_by": said["by"],
        "updated_at": said["at"],
    }


def action_rows(session: Session, seal: Seal) -> list[Write]:
    found = actions_of(session)
    rows = [_row(session, each, seal) for each in found]
    if session.amendments:
        kept = [each["id"] for each in found]
        rows.append(_AMENDED_AWAY.write(session_id=session.id, kept=kept))
    return rows


def _row(session: Session, action: dict[str, Any], seal: Seal) -> Write:
    document = {
        **action,
        "session_id": session.id,
        "worker_id": session.worker_id,
        "supervisor_id": session.supervisor_id,
        "recorded_at": session.recorded_at,
        "content_state": "shown",
    }
    return _ROWS.row(
        id=action["id"],
        session_id=session.id,
        worker_id=session.worker_id,
        supervisor_id=session.supervisor_id,
        owner_id=action["owner_id"],
        status=action["status"],
        due_on=action["due_on"],
        recorded_at=session.recorded_at,
        version=session.version,
        metadata={**document, "action": None, "outcome": None},
        document=seal(document),
    )


def told(row: Mapping[str, Any], today: date) -> dict[str, Any]:
    """An action as it is on a day."""
    shown: dict[str, Any] = from_json(row["document"])
    due_on = shown["due_on"] and date.fromisoformat(shown["due_on"])
    overdue = shown["status"] == "open" and due_on is not None and due_on < today
    return {**shown, "overdue": overdue}


class Actions:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, **arguments: Any) -> Slice:
        return await _LIST.page(self._database, **arguments)

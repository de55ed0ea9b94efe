"""Read model of sessions: that one was held, when and how long in clear, what was said sealed."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from services.supervision.domain import Session
from services.supervision.projection.actions import action_rows, actions_of
from services.supervision.projection.tables import SESSIONS, of_either
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write

_ROWS = RowsInto(SESSIONS)
_ONE = Prepared(select(SESSIONS).where(SESSIONS.c.id == bindparam("id")))
_LIST = Listing(
    select(
        SESSIONS.c.id,
        SESSIONS.c.worker_id,
        SESSIONS.c.scheduled_for,
        SESSIONS.c.metadata,
        SESSIONS.c.document,
    ),
    key=(SESSIONS.c.scheduled_for, SESSIONS.c.id),
    filters={
        "participant": of_either(SESSIONS, bindparam("participant")),
        **{
            name: SESSIONS.c[name] == bindparam(name)
            for name in (
                "worker_id",
                "supervisor_id",
                "team_id",
                "agreement_id",
                "group_session_id",
                "kind",
                "status",
            )
        },
        "since": SESSIONS.c.scheduled_for >= bindparam("since"),
        "until": SESSIONS.c.scheduled_for < bindparam("until"),
    },
)


def session_document(session: Session) -> dict[str, Any]:
    """A session as its two participants are shown it."""
    if session.destroyed:
        return {**without_record(session), "content_state": "destroyed"}
    shown = without_record(session)
    content = session.content
    said = {**vars(content), "actions": actions_of(session)} if content else {}
    return {
        **shown,
        **said,
        "signatures": session.signatures,
        "amendments": session.amendments,
        "reschedulings": session.reschedulings,
        "not_held": session.not_held,
        "case_decisions": session.case_decisions,
        "content_state": "shown",
    }


def without_record(session: Session) -> dict[str, Any]:
    """What others may know: that it was held, when, how long, and of which kind."""
    return {
        "id": session.id,
        "version": session.version,
        "agreement_id": session.agreement_id,
        "group_session_id": session.group_session_id,
        "worker_id": session.worker_id,
        "supervisor_id": session.supervisor_id,
        "team_id": session.team,
        "kind": session.of_kind,
        "status": session.status,
        "scheduled_for": session.scheduled_for,
        "held_at": session.held_at,
        "duration_minutes": session.duration_minutes,
        "recorded_at": session.recorded_at,
        "recorded_by": session.recorded_by,
        "digest": session.digest,
        "agenda": None,
        "discussion": None,
        "actions": None,
        "cases": None,
        "themes": None,
        "remarks": None,
        "signatures": [{**each, "agrees": None, "comment": None} for each in session.signatures],
        "amendments": [
            {**each, "reason": None, "changed": None, "replaced": None}
            for each in session.amendments
        ],
        "reschedulings": [{**each, "reason": None} for each in session.reschedulings],
        "not_held": session.not_held and {**session.not_held, "reason": None},
        "case_decisions": None,
        "content_state": "confidential",
    }


def session_rows(session: Session, seal: Seal) -> list[Write]:
    return [
        _ROWS.row(
            id=session.id,
            version=session.version,
            agreement_id=session.agreement_id,
            group_session_id=session.group_session_id,
            worker_id=session.worker_id,
            supervisor_id=session.supervisor_id,
            team_id=session.team,
            kind=session.of_kind,
            status=session.status,
            scheduled_for=session.scheduled_for,
            held_at=session.held_at,
            recorded_at=session.recorded_at,
            metadata=without_record(session),
            document=seal(session_document(session)),
        ),
        *action_rows(session, seal),
    ]


class Sessions:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_ONE, id=id)

    async def page(self, **arguments: Any) -> Slice:
        return await _LIST.page(self._database, **arguments)

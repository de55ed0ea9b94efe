"""Read model of group sessions: who was there is told by the entries, to those who may see them."""

from typing import Any
from uuid import UUID

from sqlalchemy import Text, any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.notes.domain import GroupSession
from services.notes.projection.tables import GROUP_SESSIONS, NOTES
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.platform.ties import visible

_ROWS = RowsInto(GROUP_SESSIONS)
_ONE = Prepared(select(GROUP_SESSIONS).where(GROUP_SESSIONS.c.id == bindparam("id")))
_LIST = Listing(
    select(GROUP_SESSIONS),
    key=(GROUP_SESSIONS.c.recorded_at, GROUP_SESSIONS.c.id),
    filters={
        "team_id": GROUP_SESSIONS.c.team_id == bindparam("team_id"),
        "since": GROUP_SESSIONS.c.occurred_at >= bindparam("since"),
        "until": GROUP_SESSIONS.c.occurred_at < bindparam("until"),
    },
)
_ENTRIES = Prepared(
    select(
        NOTES.c.id.label("note_id"),
        NOTES.c.service_user_id,
        NOTES.c.status,
        NOTES.c.metadata["attendance"].as_string().label("attendance"),
    )
    .where(
        NOTES.c.group_session_id == bindparam("id"),
        or_(
            NOTES.c.author_id == bindparam("me"),
            NOTES.c.team_id == any_(bindparam("teams", type_=ARRAY(Text))),
        ),
        NOTES.c.status != "refiled",
        visible(NOTES.c.service_user_id),
    )
    .order_by(NOTES.c.id)
)


def session_document(session: GroupSession) -> dict[str, Any]:
    """A session as anyone of the team may see it: how many, not who."""
    return {
        "id": session.id,
        "version": session.version,
        "team_id": session.team,
        "leader_id": session.leader_id,
        "recorded_by": session.recorded_by,
        "recorded_at": session.created_on,
        **session.particulars,
        "expected": len(session.entries),
        "attended": sum(each.attendance.startswith("attended") for each in session.entries),
    }


def session_rows(session: GroupSession, seal: Seal) -> list[Write]:
    return [
        _ROWS.row(
            id=session.id,
            version=session.version,
            team_id=session.team,
            leader_id=session.leader_id,
            occurred_at=session.particulars["occurred_at"],
            recorded_at=session.created_on,
            document=session_document(session),
        )
    ]


class GroupSessions:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_ONE, id=id)

    async def entries(self, id: UUID, me: str, teams: frozenset[str]) -> list[dict[str, Any]]:
        """The entries of a session that someone wrote, or that are their teams'."""
        return await self._database.fetch(_ENTRIES, id=id, me=me, seen_by=me, teams=[*teams])

    async def page(self, **arguments: Any) -> Slice:
        return await _LIST.page(self._database, **arguments)

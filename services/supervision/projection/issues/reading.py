"""Queries of organisational issues."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select

from services.supervision.projection.issues.tables import ISSUES, OVERDUE_ISSUES
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sql import Prepared

AT_ONCE = 100
_ONE = Prepared(select(ISSUES).where(ISSUES.c.id == bindparam("id")))
_NOW = bindparam("now", type_=ISSUES.c.answer_by.type)
_LIST = Listing(
    select(ISSUES),
    key=(ISSUES.c.raised_on, ISSUES.c.id),
    filters={
        "team_id": ISSUES.c.team_id == bindparam("team_id"),
        "status": ISSUES.c.status == bindparam("status"),
        "route": ISSUES.c.route == bindparam("route"),
        "topic": ISSUES.c.topic == bindparam("topic"),
        "raised_by": ISSUES.c.raised_by == bindparam("raised_by"),
        "overdue_at": ISSUES.c.answer_by <= bindparam("overdue_at"),
        "not_overdue_at": or_(
            ISSUES.c.answer_by.is_(None), ISSUES.c.answer_by > bindparam("not_overdue_at")
        ),
    },
)
_UNNOTICED = Prepared(
    select(ISSUES.c.id.label("issue_id"), ISSUES.c.team_id, ISSUES.c.route, ISSUES.c.answer_by)
    .where(
        ISSUES.c.answer_by <= _NOW,
        # Nobody answers what was destroyed.
        ISSUES.c.document.is_not(None),
        ~select(OVERDUE_ISSUES.c.issue_id)
        .where(
            OVERDUE_ISSUES.c.issue_id == ISSUES.c.id,
            OVERDUE_ISSUES.c.answer_by == ISSUES.c.answer_by,
        )
        .exists(),
    )
    .order_by(ISSUES.c.answer_by)
    .limit(AT_ONCE)
    .offset(bindparam("passed"))
)


class Issues:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_ONE, id=id)

    async def page(self, overdue: bool | None, now: datetime, **arguments: Any) -> Slice:
        due: dict[str, Any] = (
            {} if overdue is None else {"overdue_at" if overdue else "not_overdue_at": now}
        )
        return await _LIST.page(self._database, **due, **arguments)

    async def unnoticed(self, now: datetime, passed: int) -> list[dict[str, Any]]:
        """What was to be answered by now, the longest overdue first."""
        return await self._database.fetch(_UNNOTICED, now=now, passed=passed)

"""Read model of the engagements under which auditors read."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, or_, select

from services.audit.domain import Engagement
from services.audit.projection.tables import ENGAGEMENT_ROWS, ENGAGEMENTS
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sql import Prepared, Write
from shared.kernel.engagement import Scope, Terms

_LIST = Listing(
    select(ENGAGEMENTS.c.id, ENGAGEMENTS.c.agreed_at, ENGAGEMENTS.c.document),
    key=(ENGAGEMENTS.c.agreed_at, ENGAGEMENTS.c.id),
    filters={
        "auditor_id": ENGAGEMENTS.c.auditor_id == bindparam("auditor_id"),
        "in_force": and_(
            ENGAGEMENTS.c.starts_at <= bindparam("in_force"),
            ENGAGEMENTS.c.until > bindparam("in_force"),
        ),
        "not_in_force": or_(
            ENGAGEMENTS.c.starts_at > bindparam("not_in_force"),
            ENGAGEMENTS.c.until <= bindparam("not_in_force"),
        ),
    },
)
_ONE = Prepared(select(ENGAGEMENTS).where(ENGAGEMENTS.c.id == bindparam("id")))
_IN_FORCE = Prepared(
    select(ENGAGEMENTS)
    .where(
        ENGAGEMENTS.c.auditor_id == bindparam("auditor_id"),
        ENGAGEMENTS.c.starts_at <= bindparam("at"),
        ENGAGEMENTS.c.until > bindparam("at"),
    )
    .order_by(ENGAGEMENTS.c.agreed_at, ENGAGEMENTS.c.id)
)


def engagement_document(engagement: Engagement) -> dict[str, Any]:
    """An engagement as the API shows it."""
    ended = engagement.ended_at and {
        "by": engagement.ended_by,
        "at": engagement.ended_at,
        "reason": engagement.end_reason,
    }
    return {
        "id": engagement.id,
        "version": engagement.version,
        "auditor_id": engagement.auditor_id,
        "purpose": engagement.purpose,
        "approver_id": engagement.approver_id,
        "starts_at": engagement.starts_at,
        "ends_at": engagement.ends_at,
        "teams": engagement.teams,
        "service_user_ids": engagement.service_user_ids,
        "identities": engagement.identities,
        "agreed": {"by": engagement.agreed_by, "at": engagement.created_on},
        "ended": ended,
    }


def engagement_row(engagement: Engagement) -> Write:
    return ENGAGEMENT_ROWS.row(
        id=engagement.id,
        version=engagement.version,
        auditor_id=engagement.auditor_id,
        agreed_at=engagement.created_on,
        starts_at=engagement.starts_at,
        until=engagement.until,
        teams=engagement.teams,
        service_user_ids=engagement.service_user_ids,
        identities=engagement.identities,
        document=engagement_document(engagement),
    )


class Engagements:
    """Queries of engagements."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_ONE, id=id)

    async def page(self, **arguments: Any) -> Slice:
        """Engagements by when they were agreed."""
        return await _LIST.page(self._database, **arguments)

    async def in_force(self, auditor_id: str, at: datetime) -> list[Terms]:
        """What an auditor may read under at a moment, first agreed first."""
        found = await self._database.fetch(_IN_FORCE, auditor_id=auditor_id, at=at)
        return [
            Terms(row["id"], Scope.agreed(row["teams"], row["service_user_ids"]), row["identities"])
            for row in found
        ]

"""Read model of broken glass, and its worklist for the information governance lead."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.notes.domain import AccessOverride
from services.notes.projection.tables import ACCESS_OVERRIDES
from shared.eventstore.database import Database
from shared.eventstore.documents import time_of
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.platform.ties import override_is, whose

_ROWS = RowsInto(ACCESS_OVERRIDES)
_ONE = Prepared(select(ACCESS_OVERRIDES).where(ACCESS_OVERRIDES.c.id == bindparam("id")))
_PREVIOUS = Prepared(
    select(ACCESS_OVERRIDES.c.until, ACCESS_OVERRIDES.c.renewal)
    .where(
        ACCESS_OVERRIDES.c.service_user_id == any_(bindparam("same", type_=ARRAY(Uuid))),
        ACCESS_OVERRIDES.c.staff_id == bindparam("staff_id"),
    )
    .order_by(ACCESS_OVERRIDES.c.until.desc())
    .limit(1)
)
_LIST = Listing(
    select(ACCESS_OVERRIDES),
    key=(ACCESS_OVERRIDES.c.granted_at, ACCESS_OVERRIDES.c.id),
    filters={
        "reviewed": ACCESS_OVERRIDES.c.reviewed == bindparam("reviewed"),
        **whose(ACCESS_OVERRIDES.c.service_user_id),
        "staff_id": ACCESS_OVERRIDES.c.staff_id == bindparam("staff_id"),
        "team_id": ACCESS_OVERRIDES.c.team_id == bindparam("team_id"),
    },
)


def override_document(override: AccessOverride) -> dict[str, Any]:
    """Broken glass as the API shows it, but for what depends on the time."""
    if override.destroyed:
        return {**override_metadata(override), "content_state": "destroyed"}
    return {
        **override_metadata(override),
        "reason": override.reason,
        "review": override.reviewed,
    }


def override_metadata(override: AccessOverride) -> dict[str, Any]:
    """Broken glass without the words in which it was explained and reviewed."""
    return {
        "id": override.id,
        "version": override.version,
        "service_user_id": override.service_user_id,
        "team_id": override.team,
        "staff": override.staff,
        "reason_code": override.reason_code,
        "reason": None,
        "granted_at": override.created_on,
        "until": override.until,
        "renewals": override.renewal,
        "restricted": override.restricted,
        "review_due_at": override.review_due_at,
        "review": override.reviewed and {**override.reviewed, "reason": None},
        "content_state": "shown",
    }


def as_at(shown: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """And whether the glass is open, and whether its review is overdue."""
    unreviewed = shown["review"] is None
    return {
        **shown,
        "active": now < time_of(shown["until"]),
        "overdue": unreviewed and time_of(shown["review_due_at"]) < now,
    }


def override_rows(override: AccessOverride, seal: Seal) -> list[Write]:
    return [
        override_is(
            override.id,
            override.service_user_id,
            override.staff.staff_id,
            override.created_on,
            override.until,
        ),
        _ROWS.row(
            id=override.id,
            version=override.version,
            service_user_id=override.service_user_id,
            staff_id=override.staff.staff_id,
            team_id=override.team,
            granted_at=override.created_on,
            until=override.until,
            renewal=override.renewal,
            reviewed=override.reviewed is not None,
            metadata=override_metadata(override),
            document=seal(override_document(override)),
        ),
    ]


class Overrides:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_ONE, id=id)

    async def previous(self, same: Sequence[UUID], staff_id: str) -> dict[str, Any] | None:
        """The last time this member of staff broke the glass for this person."""
        return await self._database.fetch_one(_PREVIOUS, same=[*same], staff_id=staff_id)

    async def page(self, **arguments: Any) -> Slice:
        return await _LIST.page(self._database, **arguments)

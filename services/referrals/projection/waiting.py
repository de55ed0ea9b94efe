"""The waiting list of a team: by priority, then by who has waited longest."""

from typing import Any

from sqlalchemy import bindparam, func, literal_column, select

from services.referrals.projection.tables import REFERRALS
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.platform.ties import living, visible

ORDER = (REFERRALS.c.priority_rank, REFERRALS.c.waiting_since, REFERRALS.c.id)
_RANKED = (
    select(
        REFERRALS.c.id,
        REFERRALS.c.service_user_id,
        REFERRALS.c.team_id,
        REFERRALS.c.priority,
        REFERRALS.c.priority_rank,
        REFERRALS.c.waiting_since,
        REFERRALS.c.review_due,
        REFERRALS.c.metadata["needs"].label("needs"),
        func.row_number().over(partition_by=REFERRALS.c.team_id, order_by=ORDER).label("position"),
    )
    .where(REFERRALS.c.status == literal_column("'waiting'"), living(REFERRALS.c.service_user_id))
    .subquery("ranked")
)
"""Everybody who waits, each with their place in their team's list, whoever may see them. The dead
wait for nothing. The status is written out, for the index that holds only those who wait."""
_LIST = Listing(
    select(_RANKED),
    key=(_RANKED.c.priority_rank, _RANKED.c.waiting_since, _RANKED.c.id),
    filters={
        "team_id": _RANKED.c.team_id == bindparam("team_id"),
        "seen_by": visible(_RANKED.c.service_user_id),
    },
)


class WaitingList:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, **arguments: Any) -> Slice:
        """Of a team's list those whom `seen_by` may see, the next to be taken on first."""
        return await _LIST.page(self._database, order="asc", **arguments)

"""Read model of unmet needs: coded in clear, so that they can be counted."""

from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, bindparam, select

from services.referrals.domain import UnmetNeed
from services.referrals.projection.onward.tables import UNMET_NEEDS
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.platform.ties import of_team, visible, whose

_ROWS = RowsInto(UNMET_NEEDS)
_ONE = Prepared(select(UNMET_NEEDS).where(UNMET_NEEDS.c.id == bindparam("id")))
_LIST = Listing(
    select(UNMET_NEEDS),
    key=(UNMET_NEEDS.c.recorded_at, UNMET_NEEDS.c.id),
    filters={
        **whose(UNMET_NEEDS.c.service_user_id),
        "team_id": UNMET_NEEDS.c.team_id == bindparam("team_id"),
        "need": UNMET_NEEDS.c.need == bindparam("need"),
        "met": UNMET_NEEDS.c.met_on.is_not(None) == bindparam("met", type_=Boolean),
        "seen_by": visible(UNMET_NEEDS.c.service_user_id),
        "of_team": of_team(UNMET_NEEDS.c.service_user_id),
    },
)


def unmet_need_document(need: UnmetNeed) -> dict[str, Any]:
    """An unmet need as the API shows it; without its words once they were destroyed."""
    if need.destroyed:
        return {**_without_words(need), "content_state": "destroyed"}
    return {**_without_words(need), "details": need.details, "resolution": need.resolution}


def _without_words(need: UnmetNeed) -> dict[str, Any]:
    return {
        "id": need.id,
        "version": need.version,
        "service_user_id": need.service_user_id,
        "team_id": need.team,
        "need": need.need,
        "why": need.why,
        "details": None,
        "onward_referral_id": need.onward_referral_id,
        "met": need.resolution is not None,
        "recorded_at": need.created_on,
        "recorded_by": need.recorded_by,
        "resolution": need.resolution and {**need.resolution, "details": None},
        "content_state": "shown",
    }


def unmet_need_rows(need: UnmetNeed, seal: Seal) -> list[Write]:
    return [
        _ROWS.row(
            id=need.id,
            version=need.version,
            service_user_id=need.service_user_id,
            team_id=need.team,
            need=need.need,
            why=need.why,
            met_on=need.resolution and need.resolution["met_on"],
            recorded_at=need.created_on,
            metadata=_without_words(need),
            document=seal(unmet_need_document(need)),
        )
    ]


class UnmetNeeds:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, id: UUID) -> dict[str, Any] | None:
        return await self._database.fetch_one(_ONE, id=id)

    async def page(self, **arguments: Any) -> Slice:
        return await _LIST.page(self._database, **arguments)

"""Read model of the directory of agencies; nothing personal in it."""

from typing import Any

from sqlalchemy import Text, bindparam, select

from services.referrals.domain import Agency
from services.referrals.projection.onward.tables import AGENCIES
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sql import Prepared, RowsInto, Write

_ROWS = RowsInto(AGENCIES)
_ONE = Prepared(select(AGENCIES).where(AGENCIES.c.agency_id == bindparam("agency_id")))
_LIST = Listing(
    select(AGENCIES.c.agency_id, AGENCIES.c.document),
    key=(AGENCIES.c.agency_id,),
    filters={
        "kind": AGENCIES.c.kinds.has_key(bindparam("kind", type_=Text)),
        "status": AGENCIES.c.status == bindparam("status"),
    },
)


def agency_document(agency: Agency) -> dict[str, Any]:
    """An agency as the API shows it."""
    return {
        "id": agency.agency_id,
        "version": agency.version,
        **vars(agency.details),
        "updated_at": agency.modified_on,
    }


def agency_rows(agency: Agency) -> list[Write]:
    return [
        _ROWS.row(
            agency_id=agency.agency_id,
            version=agency.version,
            kinds=agency.details.kinds,
            status=agency.details.status,
            document=agency_document(agency),
        )
    ]


class Agencies:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, agency_id: str) -> dict[str, Any] | None:
        return await self._database.fetch_one(_ONE, agency_id=agency_id)

    async def page(self, **arguments: Any) -> Slice:
        """By their ids."""
        return await _LIST.page(self._database, order="asc", **arguments)

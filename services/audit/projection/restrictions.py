"""Whose record is restricted, who is excluded from whose (domain, section 4), and what is kept from
whom (section 2)."""

from collections.abc import Collection

from sqlalchemy import Text, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.audit.projection.tables import KEPT_FROM, RESTRICTIONS
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared

_EXCLUDING = Prepared(
    select(RESTRICTIONS.c.subject).where(
        RESTRICTIONS.c.excluded.has_key(bindparam("staff_id", type_=Text))
    )
)
_RESTRICTED = Prepared(
    select(RESTRICTIONS.c.subject)
    .where(
        RESTRICTIONS.c.subject == any_(bindparam("people", type_=ARRAY(Text))),
        RESTRICTIONS.c.restricted,
    )
    .limit(1)
)
_KEPT = Prepared(
    select(KEPT_FROM.c.resource_id).where(KEPT_FROM.c.staff_id == bindparam("staff_id"))
)


class Restrictions:
    """Queries of restrictions, as far as they have arrived."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def excluding(self, staff_id: str) -> frozenset[str]:
        """The people whose record someone never opens, whatever else they may."""
        found = await self._database.fetch(_EXCLUDING, staff_id=staff_id)
        return frozenset(row["subject"] for row in found)

    async def kept_from(self, staff_id: str) -> frozenset[str]:
        """The concerns that name someone, and their notes."""
        found = await self._database.fetch(_KEPT, staff_id=staff_id)
        return frozenset(row["resource_id"] for row in found)

    async def any_restricted(self, people: Collection[str]) -> bool:
        """Whether the record of any of these people is restricted."""
        if not people:
            return False
        return await self._database.fetch_one(_RESTRICTED, people=sorted(people)) is not None

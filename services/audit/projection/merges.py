"""Registrations that are one person: as it is, as it was, and as it was known to be."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import text

from services.audit.policy import Merge, same_person
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared
from shared.kernel.engagement import Terms

_NEAR = Prepared(
    text("""
WITH RECURSIVE near AS (
  SELECT unnest(cast(:people AS text[])) AS id
  UNION
  SELECT CASE WHEN merges.subject = near.id THEN merges.into_subject ELSE merges.subject END
  FROM near JOIN merges ON merges.subject = near.id OR merges.into_subject = near.id
  WHERE merges.into_subject IS NOT NULL
)
SELECT merges.subject, merges.version, merges.into_subject, merges.time, ledger.recorded_at
FROM near
JOIN merges ON merges.subject = near.id
JOIN ledger ON ledger.index = merges.index
""")
)
"""All that was ever said of those who were ever one person with these."""


class SamePerson:
    """Queries of merges, as far as they have arrived."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def now(self, id: str) -> tuple[str, ...]:
        """All registrations of a person, the one that stands for them first."""
        return same_person(await self._near((id,)), id)

    async def at(self, id: str, moment: datetime) -> tuple[str, ...]:
        """As was decided by a moment, which the services went by then."""
        found = await self._near((id,))
        return same_person([each for each in found if each.time <= moment], id)

    async def known_at(self, id: str, moment: datetime | None) -> tuple[str, ...]:
        """As the ledger had it at a moment, or has it now."""
        found = await self._near((id,))
        return same_person(
            [each for each in found if moment is None or each.recorded_at <= moment], id
        )

    async def all_of(self, ids: Collection[str]) -> frozenset[str]:
        """Some people, with all their registrations."""
        if not ids:
            return frozenset()
        found = await self._near(sorted(ids))
        merged = (same_person(found, each) for each in ids) if found else ()
        return frozenset(ids).union(*merged)

    async def covered(self, terms: Sequence[Terms]) -> tuple[Terms, ...]:
        """Terms that cover all registrations of whom they name."""
        people = [await self.all_of(each.scope.people) for each in terms]
        return tuple(
            replace(each, scope=replace(each.scope, people=theirs))
            for each, theirs in zip(terms, people, strict=True)
        )

    async def _near(self, ids: Sequence[str]) -> list[Merge]:
        return [
            Merge(
                row["subject"],
                row["version"],
                row["into_subject"],
                row["time"],
                row["recorded_at"],
            )
            for row in await self._database.fetch(_NEAR, people=[*ids])
        ]

"""Timestamps of checkpoints, by authorities that know nothing of the ledger."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from services.audit.projection.tables import TIMESTAMPS
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared

_KEEP = Prepared(
    insert(TIMESTAMPS)
    .values({each.name: bindparam(each.name) for each in TIMESTAMPS.columns})
    .on_conflict_do_nothing()
)
_LAST = Prepared(
    select(TIMESTAMPS)
    .where(TIMESTAMPS.c.authority == bindparam("authority"))
    .order_by(TIMESTAMPS.c.at.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Timestamp:
    """`token` is the authority's whole answer (`.tsr`), over the text of the checkpoint."""

    shard: str
    size: int
    authority: str
    token: bytes
    at: datetime


class Timestamps:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def last(self, authority: str) -> Timestamp | None:
        row = await self._database.fetch_one(_LAST, authority=authority)
        return Timestamp(**row) if row else None

    async def keep(self, stamp: Timestamp) -> None:
        async with self._database.connection() as connection:
            await connection.execute(
                _KEEP.sql,
                _KEEP.bind(
                    {
                        "shard": stamp.shard,
                        "size": stamp.size,
                        "authority": stamp.authority,
                        "token": stamp.token,
                        "at": stamp.at,
                    }
                ),
            )

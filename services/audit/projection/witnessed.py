"""How far each witness has followed each shard, and what it last said."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.dialects.postgresql import insert

from services.audit.policy import Verdict
from services.audit.projection.tables import WITNESSED
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared

_ALL = Prepared(select(WITNESSED).order_by(WITNESSED.c.shard, WITNESSED.c.witness))
_SAID = insert(WITNESSED).values(
    shard=bindparam("shard"),
    witness=bindparam("witness"),
    size=bindparam("size"),
    state=bindparam("state"),
    at=bindparam("at"),
)
_KEEP = Prepared(
    _SAID.on_conflict_do_update(
        index_elements=[WITNESSED.c.shard, WITNESSED.c.witness],
        set_={name: _SAID.excluded[name] for name in ("size", "state", "at")},
        # Of two who ask at once, the one that heard nothing doesn't take back what was said.
        where=or_(
            WITNESSED.c.state != bindparam("contradicts"),
            _SAID.excluded.state == bindparam("cosigned"),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Witnessed:
    """`size` is of the last checkpoint it cosigned; `at` is since when it is in this state."""

    shard: str
    witness: str
    size: int
    state: Verdict
    at: datetime


class Witnessings:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Witnessed]:
        return [
            Witnessed(**{**row, "state": Verdict(row["state"])})
            for row in await self._database.fetch(_ALL)
        ]

    async def keep(self, said: Witnessed) -> None:
        async with self._database.connection() as connection:
            row = {
                "shard": said.shard,
                "witness": said.witness,
                "size": said.size,
                "state": said.state.value,
                "at": said.at,
                "contradicts": Verdict.CONTRADICTS.value,
                "cosigned": Verdict.COSIGNED.value,
            }
            await connection.execute(_KEEP.sql, _KEEP.bind(row))

"""How far a consumer has got with a producer, kept in the transaction of what it did."""

import time
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from shared.eventstore.database import Database
from shared.eventstore.schema import CONSUMERS
from shared.eventstore.sql import Prepared, RowsInto, Write

_KEPT = Prepared(select(CONSUMERS).where(CONSUMERS.c.producer == bindparam("producer")))
_KEEP = RowsInto(CONSUMERS)


@dataclass(frozen=True, slots=True)
class Cursor:
    """`sequence` is the last message's in the stream, `position` what else identifies it there."""

    position: int = 0
    sequence: int = 0

    @classmethod
    async def kept(cls, database: Database, producer: str) -> "Cursor":
        """The cursor as it was committed; zeros where nothing was consumed yet."""
        row = await database.fetch_one(_KEPT, producer=producer)
        return cls(row["position"], row["sequence"]) if row else cls()

    def keep(self, producer: str) -> Write:
        return _KEEP.row(producer=producer, position=self.position, sequence=self.sequence)


class Progress:
    """How a consumer is getting on, as health and metrics show it.

    It is level when the broker says that nothing of the stream waits for it. While the broker is
    away nobody can say so, and it falls behind.
    """

    def __init__(self, producer: str) -> None:
        self.producer = producer
        self.position = 0
        self.pending = 0
        self.gaps = 0
        self._level_at = time.monotonic()

    def is_level(self) -> None:
        """All there is has been applied; also said when it begins, since nothing is known yet."""
        self.pending = 0
        self._level_at = time.monotonic()

    @property
    def behind(self) -> float:
        """Seconds since it was last known to be level."""
        return time.monotonic() - self._level_at

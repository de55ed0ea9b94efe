"""Reading the ledger from its beginning, and writing what its events say."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from services.audit.policy import LEDGER as OWN
from services.audit.projection.reading import arrived, rows_of
from shared.eventstore.cloudevents import Message
from shared.eventstore.sql import Write
from shared.platform.projecting import CANNOT_BE_STORED, Connection, parked, run

AT_ONCE = 1000
"""Events that are read and written at once."""
_ROWS = """
SELECT ledger.index, ledger.service, ledger.position, ledger.previous, ledger.event_id,
  ledger.type, ledger.body, dead_letters.position IS NOT NULL AS parked
FROM ledger LEFT JOIN dead_letters
  ON dead_letters.producer = ledger.service AND dead_letters.position = ledger.position
WHERE ledger.index >= %s ORDER BY ledger.index LIMIT %s
"""
_SIZE = "SELECT size FROM ledger_size"
Told = Callable[[int, int], None]
"""Called with how many events are done, and how many the ledger has."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Row:
    """An event of the ledger; `parked` if it couldn't be read when it came, nor since."""

    index: int
    service: str
    message: Message
    parked: bool


@dataclass(slots=True)
class Loaded:
    """What came of the events so far. `unread` can't be read, or the database refuses what they
    say; `again` were parked, and have been read now."""

    next: int = 0
    unread: list[tuple[Row, Exception]] = field(default_factory=list)
    again: list[Row] = field(default_factory=list)

    def and_then(self, other: "Loaded") -> None:
        self.next = other.next
        self.unread += other.unread
        self.again += other.again

    @property
    def to_park(self) -> list[Write]:
        return [
            parked(row.service, row.message, error) for row, error in self.unread if not row.parked
        ]


class Loader:
    """Writes to whatever tables the connection finds by their names. With `leave_parked`, it writes
    nothing of events that are parked, and only tries whether they could be read."""

    def __init__(self, told: Told, *, leave_parked: bool) -> None:
        self._told = told
        self._leave_parked = leave_parked
        self.loaded = Loaded()

    async def load(self, connection: Connection) -> None:
        """All that the ledger has by now, a transaction for each thousand."""
        while True:
            rows = await self._rows(connection, self.loaded.next)
            if rows:
                self.loaded.and_then(await self._apply(connection, rows))
                await self._tell(connection)
            if len(rows) < AT_ONCE:
                return

    async def rest(self, connection: Connection) -> Loaded:
        """What has come since, in a transaction that has been begun, and that may still fail."""
        found = Loaded(self.loaded.next)
        while rows := await self._rows(connection, found.next):
            found.and_then(await self._apply(connection, rows))
        return found

    async def _rows(self, connection: Connection, start: int) -> list[Row]:
        cursor = await connection.execute(_ROWS, (start, AT_ONCE))
        return [
            Row(index, service, Message(0, position, previous, event_id, named, body, None), waits)
            for index, service, position, previous, event_id, named, body, waits
            in await cursor.fetchall()
        ]  # fmt: skip

    async def _tell(self, connection: Connection) -> None:
        cursor = await connection.execute(_SIZE)
        [(size,)] = await cursor.fetchall()
        self._told(self.loaded.next, size)

    async def _apply(self, connection: Connection, rows: Sequence[Row]) -> Loaded:
        """Write what rows say, without those of which that fails."""
        done = Loaded(rows[-1].index + 1)
        found: list[tuple[Row, list[Write]]] = []
        for row in rows:
            if row.service == OWN:
                continue  # the link from a tree to the one before says nothing about anyone
            try:
                came = row.message
                read = arrived(came.body, came.event_id, came.type)
                said = rows_of(row.index, row.service, read)
            except Exception as error:  # whatever it is, the others are still read
                done.unread.append((row, error))
                continue
            if not (row.parked and self._leave_parked):
                found.append((row, said))
            elif row.parked:
                done.again.append(row)
        written = await self._write(connection, found, done)
        done.again += (row for row in written if row.parked)
        return done

    async def _write(
        self, connection: Connection, read: Sequence[tuple[Row, list[Write]]], done: Loaded
    ) -> list[Row]:
        if not read:
            return []
        try:
            async with connection.transaction():
                await run(connection, (write for _, writes in read for write in writes))
            return [row for row, _ in read]
        except CANNOT_BE_STORED as error:
            if len(read) == 1:
                done.unread.append((read[0][0], error))
                return []
        middle = len(read) // 2
        first = await self._write(connection, read[:middle], done)
        return [*first, *await self._write(connection, read[middle:], done)]

"""`countersign rebuild audit`: what events say is read from the ledger again, into tables beside
those that serve, which then take their place.

Those that serve go on and grow meanwhile. Only for the last few events the ledger is held, so that
nothing is written while the tables change places, all at once. Until then nothing is touched:
wherever this ends before, running it again begins anew.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psycopg
from psycopg import AsyncConnection

from services.audit.projection.appending import LOCK
from services.audit.projection.rebuilding.beside import Beside, Difference
from services.audit.projection.rebuilding.loading import Loaded, Loader, Row, Told
from services.audit.projection.tables import REBUILT
from shared.platform.projecting import Connection, run

ATTEMPTS = 100
"""At changing places; each waits half a second for who reads, and keeps others waiting as long."""
SETTINGS = (
    "-c transaction_timeout=0 -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
    " -c timezone=UTC"
)
KEY = int.from_bytes(hashlib.sha256(b"audit-rebuild").digest()[:8], signed=True)
_UNPARK = """
DELETE FROM dead_letters USING unnest(%s::text[], %s::bigint[]) AS done (producer, position)
WHERE (dead_letters.producer, dead_letters.position) = (done.producer, done.position)
"""
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class OneIsRunning(Exception):
    """Another rebuild of these tables is under way."""


class CannotSwap(Exception):
    """Those who read gave no way. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many events were read, which not (they are parked), and which were parked and have been
    read now. `differences` are those of the tables that served."""

    events: int
    unread: tuple[int, ...]
    again: tuple[int, ...]
    differences: tuple[Difference, ...] = ()


class Rebuild:
    """`owner_dsn`: as the tables' owner. `told` hears how far it has come."""

    def __init__(self, owner_dsn: str, told: Told = lambda _done, _of: None) -> None:
        self._dsn = owner_dsn
        self._told = told

    async def swap(self) -> Rebuilt:
        """Make the tables again and put them into place. Parked events are tried again.

        Raises `OneIsRunning`, or `CannotSwap` when readers held the tables for too long.
        """
        async with self._beside() as (connection, beside):
            loader = Loader(self._told, leave_parked=False)
            await loader.load(connection)
            await beside.finish()
            for _ in range(ATTEMPTS):
                await loader.load(connection)
                try:
                    await self._change_places(connection, beside, loader)
                except psycopg.errors.LockNotAvailable:
                    await asyncio.sleep(0.1)
                else:
                    return _rebuilt(loader.loaded)
            raise CannotSwap

    async def compare(self) -> Rebuilt:
        """Make the tables again and say where those that serve differ, as of one moment. Nothing is
        changed, and parked events stay parked. Raises `OneIsRunning`."""
        async with self._beside() as (connection, beside):
            loader = Loader(self._told, leave_parked=True)
            await loader.load(connection)
            async with await self._connect() as holding, holding.transaction():
                await holding.execute(LOCK)
                await loader.load(connection)
                await connection.execute(_SNAPSHOT)
                await connection.execute("SELECT 1")
            differences = await beside.differences()
            await connection.execute("COMMIT")
            return _rebuilt(loader.loaded, tuple(differences))

    async def _change_places(self, connection: Connection, beside: Beside, loader: Loader) -> None:
        async with connection.transaction():
            await connection.execute("SET LOCAL lock_timeout = '500ms'")
            await connection.execute(LOCK)
            rest = await loader.rest(connection)
            await beside.swap()
            again = [*loader.loaded.again, *rest.again]
            of, at = [row.service for row in again], [row.message.position for row in again]
            await connection.execute(_UNPARK, (of, at))
            await run(connection, [*loader.loaded.to_park, *rest.to_park])
        loader.loaded.and_then(rest)

    @asynccontextmanager
    async def _beside(self) -> AsyncIterator[tuple[Connection, Beside]]:
        """A connection that writes to empty tables beside; they are gone at the end."""
        async with await self._connect() as connection:
            cursor = await connection.execute("SELECT pg_try_advisory_lock(%s)", (KEY,))
            [(alone,)] = await cursor.fetchall()
            if not alone:
                raise OneIsRunning
            beside = Beside(connection, [table.name for table in REBUILT])
            await beside.make()
            try:
                yield connection, beside
            finally:
                if not connection.broken:
                    await connection.rollback()
                    await beside.drop()

    async def _connect(self) -> Connection:
        return await AsyncConnection.connect(
            self._dsn, autocommit=True, options=SETTINGS, application_name="countersign-rebuild"
        )


def _rebuilt(loaded: Loaded, differences: tuple[Difference, ...] = ()) -> Rebuilt:
    return Rebuilt(
        loaded.next,
        tuple(row.index for row, _ in loaded.unread),
        _indexes(loaded.again),
        differences,
    )


def _indexes(rows: list[Row]) -> tuple[int, ...]:
    return tuple(row.index for row in rows)

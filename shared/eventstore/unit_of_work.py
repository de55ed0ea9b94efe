"""Group commit: one writer commits whatever is waiting, in one pipelined transaction (ADR 3).

Nothing is acknowledged before its commit. A unit that loses its version is told so without the
others noticing; a unit that breaks a constraint makes the batch fall back to one at a time.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg
from psycopg import AsyncConnection

from shared.eventstore.database import Database
from shared.eventstore.mapper import StoredEvent
from shared.eventstore.sql import Write, grouped
from shared.eventstore.store import APPEND, append_parameters
from shared.kernel.errors import Malformed, Refusal, Unavailable

MOST_UNITS = 256
RESOLVE_FOR = timedelta(seconds=20)


class VersionTaken(Exception):
    """Another command appended this version of the stream first."""


class ConstraintBroken(Exception):
    """The database refused a row. `name` is the constraint's."""

    def __init__(self, name: str | None) -> None:
        super().__init__(name)
        self.name = name


class ConnectionLost(Exception):
    """The server went away before COMMIT was sent: nothing was recorded."""


class PartlyAppended(Exception):
    """A unit lost one of several events, so the whole transaction must be taken back."""


class OutcomeUnknown(Unavailable):
    code = "outcome_unknown"
    detail = (
        "The connection was lost while committing and the outcome can't be read yet. "
        "Repeat the request with the same Idempotency-Key."
    )


@dataclass(slots=True, eq=False)
class Unit:
    """What one command changes: its events, and the rows that change with them."""

    events: Sequence[StoredEvent]
    writes: Sequence[Write] = ()
    done: asyncio.Future[None] = field(init=False)


class UnitOfWork:
    """The only way to append. `appended` is called after each commit (the relay's wake-up).

    `commit` returns once the unit is durable. Raises `VersionTaken`, `ConstraintBroken`,
    `Unavailable` (nothing was recorded) or `OutcomeUnknown`.
    """

    def __init__(self, database: Database, appended: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._appended = appended
        self._waiting: asyncio.Queue[Unit | None] = asyncio.Queue()
        self._connection: AsyncConnection[Any] | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="unit-of-work")

    async def stop(self) -> None:
        """Commit what is waiting, then stop."""
        if self._task:
            self._waiting.put_nowait(None)
            await self._task
        if self._connection:
            await self._connection.close()

    async def commit(self, unit: Unit) -> None:
        unit.done = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait(unit)
        # A caller that goes away must not take back what may already be committed.
        await asyncio.shield(unit.done)

    async def _run(self) -> None:
        while (unit := await self._waiting.get()) is not None:
            batch = [unit]
            while len(batch) < MOST_UNITS and not self._waiting.empty():
                unit = self._waiting.get_nowait()
                if unit is None:
                    self._waiting.put_nowait(None)
                    break
                batch.append(unit)
            try:
                await self._commit_together(batch)
            except Exception as error:  # the writer outlives any batch; its callers are told
                for each in batch:
                    _fail(each, error)

    async def _commit_together(self, batch: list[Unit], *, again: bool = True) -> None:
        try:
            await self._transaction(batch)
        except ConnectionLost as error:
            await self._drop_connection()
            if again:  # nothing was recorded, and a server that was restarted is back by now
                await self._commit_together(batch, again=False)
                return
            for unit in batch:
                _fail(unit, Unavailable(), cause=error.__cause__)
        except (psycopg.Error, PartlyAppended) as error:
            await self._roll_back()
            if len(batch) == 1:
                _fail(batch[0], _translated(error), cause=error)
                return
            for unit in batch:
                await self._commit_together([unit])

    async def _transaction(self, batch: list[Unit]) -> None:
        connection = await self._connected()
        events = [event for unit in batch for event in unit.events]
        committing, xid, won = False, "", set[int]()
        try:
            async with connection.pipeline():
                cursor = await connection.execute(APPEND, append_parameters(events))
                appended = await cursor.fetchall()
                ids = {row[0] for row in appended}
                winners = [u for u in batch if all(event.event_id in ids for event in u.events)]
                if sum(len(unit.events) for unit in winners) < len(ids):
                    raise PartlyAppended
                won = {id(unit) for unit in winners}
                xid = appended[0][1] if appended else ""
                for sql, params in grouped(w for unit in winners for w in unit.writes):
                    await connection.execute(sql, params)
                committing = True
                await connection.commit()
        except psycopg.Error as error:
            if not connection.closed:
                raise
            if not committing or not xid:
                raise ConnectionLost from error
            await self._resolve(xid, error)
        for unit in batch:
            if id(unit) in won:
                _succeed(unit)
            else:
                _fail(unit, VersionTaken())
        self._appended()

    async def _resolve(self, xid: str, error: Exception) -> None:
        """Ask the server what became of a transaction whose COMMIT got no answer."""
        deadline = asyncio.get_running_loop().time() + RESOLVE_FOR.total_seconds()
        await self._drop_connection()
        while asyncio.get_running_loop().time() < deadline:
            with contextlib.suppress(psycopg.Error, ConnectionLost):
                connection = await self._connected()
                cursor = await connection.execute("SELECT pg_xact_status(%s::text::xid8)", (xid,))
                row = await cursor.fetchone()
                await connection.rollback()
                if row and row[0] == "committed":
                    return
                if row and row[0] == "aborted":
                    raise Unavailable() from error
            await asyncio.sleep(0.1)
        raise OutcomeUnknown() from error

    async def _connected(self) -> AsyncConnection[Any]:
        if self._connection is None or self._connection.closed:
            try:
                self._connection = await self._database.connect()
            except psycopg.OperationalError as error:
                raise ConnectionLost from error
        return self._connection

    async def _drop_connection(self) -> None:
        if self._connection:
            with contextlib.suppress(psycopg.Error):
                await self._connection.close()
        self._connection = None

    async def _roll_back(self) -> None:
        try:
            if self._connection:
                await self._connection.rollback()
        except psycopg.Error:
            await self._drop_connection()


def _translated(error: psycopg.Error | PartlyAppended) -> Exception:
    if isinstance(error, PartlyAppended):
        return VersionTaken()
    if isinstance(error, psycopg.DataError):
        return Malformed("A value can't be stored: it may hold a NUL character.")
    if isinstance(error, psycopg.errors.DeadlockDetected | psycopg.errors.LockNotAvailable):
        return Unavailable()
    if isinstance(error, psycopg.errors.IntegrityError):
        return ConstraintBroken(error.diag.constraint_name)
    return error


def _succeed(unit: Unit) -> None:
    if not unit.done.done():
        unit.done.set_result(None)


def _fail(unit: Unit, error: Exception, cause: BaseException | None = None) -> None:
    if not unit.done.done():
        error.__cause__ = cause
        unit.done.set_exception(error)
        if not isinstance(error, Refusal | VersionTaken | ConstraintBroken):
            unit.done.exception()

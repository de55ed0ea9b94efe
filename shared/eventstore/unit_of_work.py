"""Group commit: one writer commits whatever is waiting, in one statement (ADR 3).

Nothing is acknowledged before its commit. A unit that loses its version is told so without the
others noticing; a unit that breaks a constraint makes the batch fall back to one at a time.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from uuid import UUID

import psycopg
from psycopg import AsyncConnection

from shared.eventstore.database import Database
from shared.eventstore.mapper import StoredEvent
from shared.eventstore.sql import Write, at_once, grouped
from shared.eventstore.store import APPEND, MOST_EVENTS, append_parameters
from shared.kernel.errors import Malformed, Refusal, Unavailable
from shared.kernel.ids import new_id

MOST_UNITS = 256
RESOLVE_FOR = 20.0
"""Seconds in which the store is asked what became of a commit."""

ALL_OR_NOTHING = """
WITH appended AS ({append}){writes}
SELECT 1 / (count(*) = %(count)s)::int FROM appended
"""
"""One statement, so one round trip and one transaction. It divides by zero, and so takes everything
back, when any event's version was taken: then the batch is done in steps."""
STILL_THERE = "SELECT FROM pg_stat_activity WHERE application_name = %s"
ANY_APPENDED = "SELECT FROM events WHERE event_id = ANY(%s) LIMIT 1"


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

    def won(self, appended: set[UUID]) -> bool:
        return all(event.event_id in appended for event in self.events)


class UnitOfWork:
    """The only way to append. `appended` is called after each commit (the relay's wake-up).

    `commit` returns once the unit is durable. Raises `VersionTaken`, `ConstraintBroken`,
    `Unavailable` (nothing was recorded) or `OutcomeUnknown`.

    `events`, `batches` and `seconds` say what was appended since it began, in how many turns of
    the writer, and how long those took. What they are is read by who looks; nothing waits for it.
    """

    def __init__(self, database: Database, appended: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._appended = appended
        self._waiting: asyncio.Queue[Unit | None] = asyncio.Queue()
        self._connection: AsyncConnection[Any] | None = None
        self._name = ""
        self._task: asyncio.Task[None] | None = None
        self.events = self.batches = 0
        self.seconds = 0.0

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
        over: Unit | None = None
        while (unit := over or await self._waiting.get()) is not None:
            batch, over = self._batch(unit)
            began = perf_counter()
            try:
                await self._commit_together(batch)
            except Exception as error:  # the writer outlives any batch; its callers are told
                for each in batch:
                    _fail(each, error)
            self.batches += 1
            self.seconds += perf_counter() - began

    def _batch(self, first: Unit) -> tuple[list[Unit], Unit | None]:
        """What is waiting, as much as one transaction takes, and the unit that was too many."""
        batch, size = [first], len(first.events)
        while len(batch) < MOST_UNITS and not self._waiting.empty():
            unit = self._waiting.get_nowait()
            if unit is None:
                self._waiting.put_nowait(None)
                break
            size += len(unit.events)
            if size > MOST_EVENTS:
                return batch, unit
            batch.append(unit)
        return batch, None

    async def _commit_together(self, batch: list[Unit], *, again: bool = True) -> None:
        try:
            if not await self._in_one_statement(batch):
                await self._in_steps(batch)
        except ConnectionLost as error:
            await self._drop_connection()
            if again:  # nothing was recorded, and a server that was restarted is back by now
                await self._commit_together(batch, again=False)
                return
            for unit in batch:
                _fail(unit, Unavailable(), cause=error.__cause__)
        except (psycopg.Error, PartlyAppended) as error:
            if len(batch) == 1:
                _fail(batch[0], _translated(error), cause=error)
                return
            for unit in batch:
                await self._commit_together([unit])

    async def _in_one_statement(self, batch: list[Unit]) -> bool:
        """All of the batch or nothing of it. False when it has to be done in steps."""
        events = [event for unit in batch for event in unit.events]
        together = at_once(write for unit in batch for write in unit.writes)
        if together is None:
            return False
        sql, params = together
        statement = ALL_OR_NOTHING.format(append=APPEND, writes=sql)
        try:
            async with self._outcome_known(batch) as connection:
                await connection.execute(
                    statement, {**append_parameters(events), **params, "count": len(events)}
                )
        except psycopg.Error:
            return False
        self._settle(batch, {event.event_id for event in events})
        return True

    async def _in_steps(self, batch: list[Unit]) -> None:
        """Append first, see who lost, and write the rows of those who won."""
        events = [event for unit in batch for event in unit.events]
        async with self._outcome_known(batch) as connection, connection.transaction():
            cursor = await connection.execute(APPEND, append_parameters(events))
            ids = {row[0] for row in await cursor.fetchall()}
            winners = [unit for unit in batch if unit.won(ids)]
            if sum(len(unit.events) for unit in winners) < len(ids):
                raise PartlyAppended
            for sql, params in grouped(write for unit in winners for write in unit.writes):
                await connection.execute(sql, params)
        self._settle(batch, ids)

    def _settle(self, batch: list[Unit], appended: set[UUID]) -> None:
        for unit in batch:
            if unit.won(appended):
                self.events += len(unit.events)
                _succeed(unit)
            else:
                _fail(unit, VersionTaken())
        self._appended()

    @asynccontextmanager
    async def _outcome_known(self, batch: list[Unit]) -> AsyncIterator[AsyncConnection[Any]]:
        """A connection for a commit; if it is lost meanwhile, the store says what became of it.

        Raises `ConnectionLost` when nothing was recorded, or `OutcomeUnknown`.
        """
        connection = await self._connected()
        try:
            yield connection
        except psycopg.Error as error:
            if not connection.closed:
                raise
            if not await self._was_committed(batch):
                raise ConnectionLost from error

    async def _was_committed(self, batch: list[Unit]) -> bool:
        """Read what a lost connection left, once its server process can do no more."""
        lost = self._name
        await self._drop_connection()
        deadline = asyncio.get_running_loop().time() + RESOLVE_FOR
        while asyncio.get_running_loop().time() < deadline:
            with contextlib.suppress(psycopg.Error, ConnectionLost):
                connection = await self._connected()
                cursor = await connection.execute(STILL_THERE, (lost,))
                if await cursor.fetchone() is None:
                    ids = [event.event_id for unit in batch for event in unit.events]
                    cursor = await connection.execute(ANY_APPENDED, (ids,))
                    return await cursor.fetchone() is not None
            await asyncio.sleep(0.1)
        raise OutcomeUnknown

    async def _connected(self) -> AsyncConnection[Any]:
        if self._connection is None or self._connection.closed:
            self._name = f"countersign-writer-{new_id()}"
            try:
                self._connection = await self._database.connect(
                    autocommit=True, application_name=self._name
                )
            except psycopg.OperationalError as error:
                raise ConnectionLost from error
        return self._connection

    async def _drop_connection(self) -> None:
        if self._connection:
            with contextlib.suppress(psycopg.Error):
                await self._connection.close()
        self._connection = None


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

"""Making exports: a job of the leading worker, which may die at any point and start again.

First everything that people read is written, into sealed parts. Then the ledger states what that is
(`export-stated`), once: from there on it goes on with what was written, however often it is tried.
Once a published checkpoint covers the statement, the ZIP is put together out of it and the proofs.
"""

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import psycopg
from prometheus_client import Counter

from services.audit.application.exports.assembling import Assembling
from services.audit.application.exports.preparing import Preparing
from services.audit.application.exports.proving import Proving
from services.audit.domain import UNFINISHED, Export, State
from services.audit.projection import Exports, Parts, forgotten, only, without_progress
from shared.contracts.audit import ExportEnd
from shared.eventstore.commands import Commands, Further
from shared.eventstore.database import Database
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call, Caller
from shared.kernel.clock import Clock
from shared.kernel.errors import Forbidden, NotFound, Unavailable

NOT_MADE = "not_made"
SAY_EVERY = 0.5
"""Seconds between saying how far an export is."""
MADE = Counter("countersign_audit_exports", "Exports, by what became of them", ["outcome"])
for _outcome in ("ready", "failed"):
    MADE.labels(_outcome)
log = logging.getLogger(__name__)


class NoLongerWanted(Exception):
    """Someone cancelled it meanwhile, or another worker got on with it."""


class Making:
    """`kept_for` is how long an export can be fetched."""

    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        parts: Parts,
        preparing: Preparing,
        proving: Proving,
        assembling: Assembling,
        clock: Clock,
        kept_for: timedelta,
    ) -> None:
        self._store = store
        self._commands = commands
        self._parts = parts
        self._preparing = preparing
        self._proving = proving
        self._assembling = assembling
        self._clock = clock
        self._kept_for = kept_for
        self._read = Exports(database)
        self._said_at = 0.0

    async def look(self, call: Call) -> int:
        """End what is over, get on with what was asked for, in that order, and clear up. Returns
        how much that was; 0 also while all that is left waits for a checkpoint."""
        done = 0
        for each in await self._read.destroyed():
            done += await self._end(call, each, "destroyed")
        for each in await self._read.over(call.at):
            done += await self._end(call, each, "time_over")
        for each in await self._read.unfinished():
            done += await self._get_on(call, each)
        return done + await self._parts.sweep()

    async def _get_on(self, call: Call, id: UUID) -> bool:
        export = await self._store.load(Export, id)
        try:
            if export.state == State.QUEUED:
                return await self._prepare(call, export)
            return export.state == State.RUNNING and await self._assemble(call, export)
        except NoLongerWanted:
            return False
        except Unavailable as refusal:
            log.warning("export %s has to wait: %s", id, refusal.code)
            return False
        except psycopg.Error:
            raise
        except (Forbidden, NotFound) as refusal:
            return await self._fail(call, export, refusal.code)
        except Exception as error:  # one that can't be made must not keep the others from it
            log.error("export %s can't be made: %s", id, type(error).__name__)
            return await self._fail(call, export, NOT_MADE)

    async def _prepare(self, call: Call, export: Export) -> bool:
        async def progress(done: int, total: int) -> None:
            await self._say(export, done, total)

        prepared = await self._preparing.prepare(export, self._theirs(call, export), progress)
        export.state_complete(call.actor(), self._clock.now(), prepared.statement)
        return await self._commit(call, export, [each.row for each in prepared.files])

    async def _assemble(self, call: Call, export: Export) -> bool:
        proven = await self._proving.covered(export.id)
        if proven is None:
            return False

        async def progress(done: int, total: int) -> None:
            await self._say(export, done, total)

        file = await self._assembling.assemble(export, proven, progress)
        total = 3 * (export.statement or {})["entries"] + 1
        await progress(total, total)
        at = self._clock.now()
        export.complete(call.actor(), at, file.sha256, file.bytes, at + self._kept_for)
        made = await self._commit(call, export, only(file))
        MADE.labels("ready").inc(made)
        return made

    async def _fail(self, call: Call, export: Export, code: str) -> bool:
        failing = await self._store.load(Export, export.id)
        if failing.state not in UNFINISHED:
            return False
        failing.fail(call.actor(), self._clock.now(), code)
        failed = await self._commit(call, failing, _gone(export.id))
        MADE.labels("failed").inc(failed)
        return failed

    async def _end(self, call: Call, id: UUID, because: ExportEnd) -> bool:
        export = await self._store.load(Export, id)
        if export.state not in (*UNFINISHED, State.READY):
            return False
        export.end(call.actor(), call.at, because)
        return await self._commit(call, export, _gone(id))

    async def _commit(self, call: Call, export: Export, beside: Sequence[Further]) -> bool:
        """False when somebody else took the next step first."""
        return await self._commands.append(call, export, *beside)

    async def _say(self, export: Export, done: int, total: int) -> None:
        """How far it is, now and then. Raises `NoLongerWanted` when nobody waits for it."""
        said_at = self._said_at if 0 < done < total else 0.0
        if (now := time.monotonic()) - said_at < SAY_EVERY:
            return
        self._said_at = now
        row = await self._read.one(export.id)
        if row is None or row["version"] != export.version:
            raise NoLongerWanted()
        await self._read.progress(export.id, done, total, self._clock.now())

    def _theirs(self, call: Call, export: Export) -> Call:
        """The call that who asked would make now."""
        by = export.requested_by
        caller = Caller(by.staff_id, by.name, frozenset({by.role}), frozenset())
        return Call(call.operation, caller, by.role, self._clock.now())


def _gone(id: UUID) -> list[Further]:
    return [*forgotten(id), without_progress(id)]

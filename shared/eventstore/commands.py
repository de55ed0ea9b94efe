"""How every command runs: load, allow, replay or refuse, decide, hand over to the unit of work.

The order of the checks is the contract's (api, section 0): 404, 403 relationship, idempotent
replay, 428, 412, 409.
"""

import asyncio
import contextlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

from opentelemetry import trace

from shared.eventstore.coalesce import Coalesced
from shared.eventstore.database import Database
from shared.eventstore.keys import DataKeys
from shared.eventstore.mapper import EventMapper
from shared.eventstore.schema import IDEMPOTENCY
from shared.eventstore.sealing import DataKey, Seal, sealer
from shared.eventstore.sql import RowsInto, Write
from shared.eventstore.store import PostgresEventStore
from shared.eventstore.traces import span
from shared.eventstore.unit_of_work import ConstraintBroken, Unit, UnitOfWork, VersionTaken
from shared.kernel.aggregate import Aggregate
from shared.kernel.call import Call, Idempotency
from shared.kernel.errors import (
    ContentDestroyed,
    Forbidden,
    IdempotencyKeyReused,
    IfMatchRequired,
    Refusal,
    VersionChanged,
)

A = TypeVar("A", bound=Aggregate)
Rows = Callable[[Any, Seal], Sequence[Write]]
"""The read-model rows of an aggregate as it stands, its personal content sealed."""
Further = Write | Aggregate
"""What belongs in a command's transaction besides: a write, or another aggregate's events."""

_KEYS = RowsInto(IDEMPOTENCY, replace=False)
_SEEN = """
SELECT asked.n, seen.request, seen.stream_id, seen.version
FROM json_to_recordset(%(keys)s::json) AS asked (n int, key text)
LEFT JOIN idempotency_keys AS seen ON seen.key = asked.key::bytea
"""
SAME_KEY = {"idempotency_keys_pkey": VersionChanged}
"""Another process recorded this Idempotency-Key first."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[A]):
    """What a command left behind; `replayed` when an earlier request had already done it."""

    aggregate: A
    replayed: bool = False


class Commands:
    """Runs one service's commands. `rows` are written with the events that changed them.

    `refusals` says which rule of the domain each database constraint stands for.
    """

    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        mapper: EventMapper,
        keys: DataKeys,
        unit_of_work: UnitOfWork,
        rows: Rows,
        refusals: Mapping[str, type[Refusal]],
    ) -> None:
        self._store = store
        self._mapper = mapper
        self._keys = keys
        self._unit_of_work = unit_of_work
        self._rows = rows
        self._refusals = refusals
        self._seen = Coalesced(database, _SEEN)
        self._locks: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    async def create(
        self,
        call: Call,
        begin: Callable[[], A],
        kind: type[A],
        unless: Callable[[], Awaitable[None]] | None = None,
        beside: Callable[[A], Sequence[Further]] = lambda _: (),
    ) -> Outcome[A]:
        """Run a command that makes a new aggregate, and what comes `beside` it.

        `unless` raises `Conflict` (after a replay).
        """
        async with self._alone(call.idempotency and call.idempotency.key):
            replayed = await self._replay(call.idempotency, kind)
            if replayed:
                return replayed
            if unless:
                await unless()
            made = begin()
            return await self._committed(call, made, kind, beside(made))

    async def record(self, call: Call, aggregate: Aggregate) -> None:
        """Append an aggregate that has no read model, and nothing personal in it."""
        await self._append(call, [(aggregate, None)], ())

    async def append(self, call: Call, aggregate: Aggregate, *beside: Further) -> bool:
        """Append what nobody's request asked for, with its rows. False when it is there already:
        another worker led meanwhile, and was first."""
        try:
            await self._commit(call, aggregate, beside)
        except VersionChanged:
            return False
        return True

    async def change(
        self,
        call: Call,
        kind: type[A],
        id: UUID,
        decide: Callable[[A], Sequence[Further] | None],
        allow: Callable[[A], Awaitable[None]] | None = None,
        unless: Callable[[A], None] | None = None,
        matching: Aggregate | None = None,
    ) -> Outcome[A]:
        """Run a command on an existing aggregate.

        `allow` raises `Forbidden`; `decide` calls the aggregate and may return what further belongs
        in the same transaction. Nothing is decided on what was destroyed.

        `unless` raises `Conflict` (after a replay) for what takes no command, whatever its version.
        `matching` is the aggregate whose version `If-Match` names, if the address is another's.
        """
        async with self._alone(id):
            aggregate = await self._store.load(kind, id)
            if allow:
                try:
                    await allow(aggregate)
                except Forbidden as refusal:
                    refusal.subject = refusal.subject or aggregate.subject
                    refusal.resource = f"{aggregate.kind}/{aggregate.resource_id}"
                    raise
            replayed = await self._replay(call.idempotency, kind)
            if replayed:
                return replayed
            if unless:
                unless(aggregate)
            if call.if_match is None:
                raise IfMatchRequired()
            version = (matching or aggregate).version
            if call.if_match != version:
                raise VersionChanged(current_version=version)
            if aggregate.destroyed:
                raise ContentDestroyed()
            further = decide(aggregate)
            if not aggregate.pending_events:
                return Outcome(aggregate)
            return await self._committed(call, aggregate, kind, further or ())

    async def _committed(
        self, call: Call, aggregate: A, kind: type[A], further: Sequence[Further] = ()
    ) -> Outcome[A]:
        """Commit, or answer what the same request did meanwhile in another process."""
        try:
            await self._commit(call, aggregate, further)
        except VersionChanged:
            replayed = await self._replay(call.idempotency, kind)
            if replayed is None:
                raise
            return replayed
        return Outcome(aggregate)

    async def _commit(
        self, call: Call, aggregate: Aggregate, further: Sequence[Further] = ()
    ) -> None:
        beside = [each for each in further if isinstance(each, Aggregate)]
        writes = [each for each in further if isinstance(each, Write)]
        changed = []
        for each in (aggregate, *beside):
            key, made = await self._key(each, call.at)
            writes += [*self._rows(each, sealer(key, each.id)), *made]
            changed.append((each, key))
        if call.idempotency:
            writes.append(
                _KEYS.row(
                    key=call.idempotency.key,
                    request=call.idempotency.request,
                    stream_id=aggregate.id,
                    version=aggregate.version,
                    recorded_at=call.at,
                )
            )
        await self._append(call, changed, writes)

    async def _append(
        self,
        call: Call,
        changed: Sequence[tuple[Aggregate, DataKey | None]],
        writes: Sequence[Write],
    ) -> None:
        recording = trace.get_current_span().is_recording()
        with span("append") if recording else contextlib.nullcontext():
            try:
                events = [
                    event
                    for aggregate, key in changed
                    for event in self._mapper.store(aggregate, key, call.traceparent)
                ]
                await self._unit_of_work.commit(Unit(events, writes))
            except VersionTaken as error:
                raise VersionChanged() from error
            except ConstraintBroken as error:
                refusal = self._refusals.get(error.name or "", SAME_KEY.get(error.name or ""))
                if refusal is None:
                    raise
                raise refusal() from error

    async def _key(
        self, aggregate: Aggregate, at: datetime
    ) -> tuple[DataKey | None, Sequence[Write]]:
        """The key for what is personal; a subject's first event brings it along."""
        subject = aggregate.data_subject
        if subject is None:
            return None, ()
        if aggregate.owns_key and aggregate.pending_events[0].originator_version == 1:
            key, made = await self._keys.create(subject, at)
            return key, [made]
        if self._mapper.seals(type(aggregate)):
            return await self._keys.sealer(subject), ()
        return None, ()

    async def _replay(self, idempotency: Idempotency | None, kind: type[A]) -> Outcome[A] | None:
        if idempotency is None:
            return None
        row = await self._seen.one(key=f"\\x{idempotency.key.hex()}")
        if row["request"] is None:
            return None
        if not hmac.compare_digest(bytes(row["request"]), idempotency.request):
            raise IdempotencyKeyReused()
        return Outcome(await self._store.load(kind, row["stream_id"], row["version"]), True)

    @contextlib.asynccontextmanager
    async def _alone(self, key: Hashable) -> AsyncIterator[None]:
        """One command per aggregate, and per idempotency key, in flight in a process."""
        if key is None:
            yield
            return
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            yield

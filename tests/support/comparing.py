"""A producer with its store and stream, the ledger that follows it, and what is done to both."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, LiteralString

import psycopg
from nats.aio.client import Client

from services.audit.application.checking import Checking
from services.audit.application.filling import Appending, Filling
from services.audit.consumer import HANDLERS
from services.audit.projection import Disagreements, Gaps
from shared.eventstore.cloudevents import Names
from shared.eventstore.database import Database
from shared.eventstore.relay import Relay
from shared.eventstore.stream import ask, read_at, read_tail
from shared.eventstore.unit_of_work import Unit
from shared.kernel.clock import SystemClock
from shared.kernel.ids import new_id
from shared.platform.consumer import Consumer
from shared.platform.deadlines import clock_call
from shared.platform.messaging import Messaging
from tests.support.build import NOW
from tests.support.engines import Engines, Fresh, Opened
from tests.support.keeping import service_user
from tests.support.wait import until

EVERY = timedelta(days=1)
PRODUCER = "referrals"


class Ledgered:
    """Referrals and the ledger, each step of which a test takes by itself."""

    def __init__(
        self, producer: Opened, own: Fresh, audit: Fresh, database: Database, nats: Client,
        names: Names, messaging: Messaging,
    ) -> None:  # fmt: skip
        self.producer, self._own, self.audit = producer, own, audit
        self.database, self._nats, self._names = database, nats, names
        self._messaging, self.asking = messaging, messaging.asking
        self.late = late = Appending(database, HANDLERS, SystemClock())
        self.filling = Filling(database, messaging, late)
        self.checking = Checking(database, messaging, late, EVERY)
        self.gaps, self.disagreements = Gaps(database), Disagreements(database)

    async def record(self, count: int) -> list[int]:
        """Events of the producer, carried to its stream. Returns all their positions."""
        for _ in range(count):
            stored = await self.producer.stored(service_user(new_id(), None))
            await self.producer.unit_of_work.commit(Unit(stored))
        head = await self.producer.store.head()
        relay = Relay(self.producer.database, self.producer.store, self._nats, self._names)
        async with _running(relay.run()):
            await until(lambda: relay.position == head)
        return [event.position for event in await self.producer.store.read_after(0, 1000)]

    async def lose(self, *positions: int) -> None:
        """What a broker may do: messages that it acknowledged are gone."""
        last = (await read_tail(self._nats, self._names.stream)).sequence
        for sequence in range(1, last + 1):
            found = await read_at(self._nats, self._names.stream, sequence)
            if found and found.position in positions:
                subject = f"STREAM.MSG.DELETE.{self._names.stream}"
                await ask(self._nats, subject, {"seq": sequence})

    async def follow(self) -> None:
        """Let the ledger take in all that is in the stream."""
        tail = await read_tail(self._nats, self._names.stream)
        handler = HANDLERS[PRODUCER]
        consumer = Consumer(
            self.database, self._messaging, "audit", PRODUCER, handler, SystemClock()
        )
        async with _running(consumer.run()):
            await until(lambda: consumer.position == tail.position)

    async def fill(self, at: datetime = NOW) -> int:
        return await self.filling.fill(clock_call(at))

    async def check(self, at: datetime = NOW) -> None:
        await self.checking.check(clock_call(at))

    async def check_again(self, at: datetime = NOW) -> None:
        await self.checking.check_again(clock_call(at))

    def rows(self, query: LiteralString) -> list[tuple[Any, ...]]:
        """Of the ledger."""
        with psycopg.connect(self.audit.dsn) as connection:
            return connection.execute(query).fetchall()

    def positions(self) -> list[int]:
        """Held of the producer, in the order of the ledger."""
        return [row[0] for row in self.rows("SELECT position FROM ledger ORDER BY index")]

    def found(self) -> list[tuple[Any, ...]]:
        """Disagreements: kind, position, and whether they are open."""
        return self.rows(
            "SELECT kind, position, settled_at IS NULL FROM disagreements ORDER BY position, kind"
        )

    def as_owner(self, statement: LiteralString) -> None:
        """Change the ledger's own tables."""
        with psycopg.connect(self.audit.owner_dsn) as connection:
            connection.execute(statement)

    def as_superuser(self, statement: LiteralString, *values: Any) -> None:
        """Change the producer's own table, whatever forbids it."""
        with psycopg.connect(self._own.superuser_dsn) as connection:
            connection.execute("SET session_replication_role = replica")
            assert connection.execute(statement, values).rowcount > 0


@asynccontextmanager
async def ledgered(engines: Engines) -> AsyncIterator[Ledgered]:
    own, audit = engines.fresh(PRODUCER), engines.fresh("audit")
    async with AsyncExitStack() as stack:
        producer = await stack.enter_async_context(own.opened())
        nats, names = await stack.enter_async_context(engines.stream(PRODUCER))
        await _deletable(nats, names)
        database = Database(audit.dsn)
        await database.open()
        stack.push_async_callback(database.close)
        messaging = await stack.enter_async_context(engines.connected("audit", database))
        yield Ledgered(producer, own, audit, database, nats, names, messaging)


@asynccontextmanager
async def answering(engines: Engines, producer: Opened) -> AsyncIterator[None]:
    """The producer is there, and answers."""
    async with engines.connected(PRODUCER, producer.database):
        yield


async def _deletable(connection: Client, names: Names) -> None:
    """A stream as before, but for what a broker never does by itself: its operator may delete."""
    config = (await ask(connection, f"STREAM.INFO.{names.stream}"))["config"]
    await ask(connection, f"STREAM.DELETE.{names.stream}")
    await ask(connection, f"STREAM.CREATE.{names.stream}", {**config, "deny_delete": False})


@asynccontextmanager
async def _running(work: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def proved(rows: Sequence[tuple[Any, ...]]) -> None:
    """People's numbers in leaves are whole: from 1 on, none missing or twice."""
    of_each: dict[str, list[int]] = {}
    for subject, number in rows:
        of_each.setdefault(subject, []).append(number)
    assert of_each
    for numbers in of_each.values():
        assert sorted(numbers) == list(range(1, len(numbers) + 1))

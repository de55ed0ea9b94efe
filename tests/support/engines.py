"""One PostgreSQL and one NATS for a test process, and a fresh database and stream for each test."""

import itertools
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from nats.aio.client import Client
from psycopg import sql

from deploy.local.layout import ODS_CODE, Layout
from deploy.local.stack import Stack, service
from shared.eventstore.cloudevents import KEYS, Names
from shared.eventstore.database import Database
from shared.eventstore.keys import DataKeys
from shared.eventstore.mapper import EventMapper, StoredEvent
from shared.eventstore.sealing import DataKey
from shared.eventstore.sql import grouped
from shared.eventstore.store import PostgresEventStore
from shared.eventstore.stream import StreamRefused, ask
from shared.eventstore.streams import create, stream_of_events, stream_of_keys
from shared.eventstore.unit_of_work import UnitOfWork
from shared.kernel.aggregate import Aggregate
from shared.platform.messaging import Messaging
from shared.platform.migrations import migrate
from shared.platform.settings import ServiceSettings
from tests.support.keys import ring
from tests.support.ports import free_port_base

_numbers = itertools.count(1)


@dataclass
class Fresh:
    """A service's database of a test's own, migrated and empty."""

    name: str
    dsn: str
    owner_dsn: str
    superuser_dsn: str

    @asynccontextmanager
    async def opened(self, *keks: str) -> AsyncIterator["Opened"]:
        """As a process of the service has it, with a ring of these key-encryption keys."""
        database = Database(self.dsn, pool_size=4)
        await database.open()
        mapper = service(self.name).mapper()
        keys = DataKeys(database, ring(*keks), self.name)
        unit_of_work = UnitOfWork(database)
        await unit_of_work.start()
        try:
            store = PostgresEventStore(database, mapper, keys)
            yield Opened(database, mapper, keys, store, unit_of_work)
        finally:
            await unit_of_work.stop()
            await database.close()


@dataclass
class Opened:
    database: Database
    mapper: EventMapper
    keys: DataKeys
    store: PostgresEventStore
    unit_of_work: UnitOfWork

    async def key_of(self, aggregate: Aggregate) -> DataKey:
        """The key of whose record it is; made, as if handed over, if there is none yet."""
        assert aggregate.data_subject
        return await self.key_named(aggregate.data_subject)

    async def key_named(self, subject: str) -> DataKey:
        """The key of a data subject; made, as if handed over, if there is none yet."""
        if not await self.database.run("SELECT FROM keys.data_keys WHERE subject = %s", (subject,)):
            await self.new_key(subject, datetime.now(UTC))
        return await self.keys.sealer(subject)

    async def new_key(self, subject: str, at: datetime) -> DataKey:
        """One more key of a data subject."""
        key, made = await self.keys.create(subject, at)
        async with self.database.connection() as connection:
            for sql, params in grouped([made]):
                await connection.execute(sql, params)
        return key

    async def stored(
        self, aggregate: Aggregate, traceparent: str | None = None
    ) -> list[StoredEvent]:
        """The aggregate's pending events, sealed."""
        return self.mapper.store(aggregate, await self.key_of(aggregate), traceparent)


class Engines:
    """Real engines, kept for as long as the test process runs."""

    def __init__(self, data: Path) -> None:
        self.stack = Stack(Layout(data, free_port_base()))
        self.layout = self.stack.layout
        self.postgres = self.stack.postgres

    @contextmanager
    def running(self) -> Iterator["Engines"]:
        self.layout.data.mkdir(parents=True, exist_ok=True)
        try:
            self.stack.start_postgres()
            # Stopped as in a crash, which is quicker: its data go too.
            self.stack.processes["postgres"].stop_signal = signal.SIGQUIT
            self.stack.start_nats()
            yield self
        finally:
            self.stack.stop()

    def fresh(self, name: str) -> Fresh:
        """A new database of a service, migrated, owned as in production."""
        self.postgres.provide(name)
        if not self._migrated(name):
            migrate(name, self.postgres.owner_dsn(name))
        return self._made(name, f"countersign_{name}")

    def empty(self, name: str) -> Fresh:
        """A new database of a service before its first migration."""
        self.postgres.provide(name)
        return self._made(name, "template0")

    def _made(self, name: str, template: str) -> Fresh:
        first = f"countersign_{name}"
        database = f"{first}_{next(_numbers)}"
        with psycopg.connect(self.postgres.superuser_dsn(), autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                    *map(sql.Identifier, (database, template, f"{first}_owner"))
                )
            )
        run_time, owner = self.postgres.run_time_dsn(name), self.postgres.owner_dsn(name)
        superuser = self.postgres.superuser_dsn()
        return Fresh(
            name,
            run_time.replace(f"dbname={first} ", f"dbname={database} "),
            owner.replace(f"dbname={first} ", f"dbname={database} "),
            superuser.replace("dbname=postgres ", f"dbname={database} "),
        )

    def _migrated(self, name: str) -> bool:
        with psycopg.connect(self.postgres.owner_dsn(name)) as connection:
            row = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
            return row is not None and row[0] is not None

    @asynccontextmanager
    async def connected(self, service: str, database: Database) -> AsyncIterator[Messaging]:
        """A service's own connection to the broker, with its own permissions."""
        settings = ServiceSettings(
            database_dsn=database.dsn,
            nats_url=self.layout.nats_url,
            nats_user=service,
            nats_password=self.layout.secret("nats", service),
            ods_code=ODS_CODE,
            idempotency_secret="not used here",
            key_encryption_keys="not used here",
        )
        messaging = Messaging(settings, service, database)
        await messaging.start()
        await messaging.ready()
        try:
            yield messaging
        finally:
            await messaging.stop()

    @asynccontextmanager
    async def key_stream(self) -> AsyncIterator[Client]:
        """The stream of keys, made anew; the connection is the operator's."""
        connection = await self.stack.nats.connect()
        try:
            await renew_key_stream(connection)
            yield connection
        finally:
            await connection.close()

    @asynccontextmanager
    async def stream(self, name: str) -> AsyncIterator[tuple[Client, Names]]:
        """A service's stream, made anew; the connection is the operator's."""
        names = Names(ODS_CODE, name)
        connection = await self.stack.nats.connect()
        try:
            await renew_stream(connection, names)
            yield connection, names
        finally:
            await connection.close()


async def renew_stream(connection: Client, names: Names) -> None:
    with suppress(StreamRefused):
        await ask(connection, f"STREAM.DELETE.{names.stream}")
    await create(connection, stream_of_events(names))


async def renew_key_stream(connection: Client) -> None:
    with suppress(StreamRefused):
        await ask(connection, f"STREAM.DELETE.{KEYS}")
    await create(connection, stream_of_keys(ODS_CODE))

"""One PostgreSQL, and databases of the audit service in it."""

import base64
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from bench.ground import free_ports
from deploy.local.layout import Layout
from deploy.local.stack import Stack
from services.audit.application import Audit
from services.audit.main import SERVICE
from services.audit.settings import AuditSettings
from shared.eventstore.database import Database
from shared.kernel.clock import SystemClock
from shared.platform.migrations import migrate
from shared.platform.service import Runtime

AUDIT = "audit"


@dataclass(frozen=True)
class Ground:
    stack: Stack

    def database(self, name: str) -> str:
        """An empty one, migrated. Returns what it is called."""
        called = f"bench_{name}"
        with psycopg.connect(self.stack.postgres.superuser_dsn(), autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                    *map(
                        sql.Identifier,
                        (called, f"countersign_{AUDIT}", f"countersign_{AUDIT}_owner"),
                    )
                )
            )
        return called

    def dsn(self, database: str) -> str:
        return self._of(self.stack.postgres.run_time_dsn(AUDIT), database)

    def owner_dsn(self, database: str) -> str:
        return self._of(self.stack.postgres.owner_dsn(AUDIT), database)

    @asynccontextmanager
    async def opened(self, database: str) -> AsyncIterator[Database]:
        found = Database(self.dsn(database))
        await found.open()
        try:
            yield found
        finally:
            await found.close()

    @asynccontextmanager
    async def serving(self, database: str) -> AsyncIterator[tuple[Audit, Runtime]]:
        """The application as a process of the service has it, without broker and HTTP."""
        settings = AuditSettings(
            database_dsn=self.dsn(database),
            ledger_keys=base64.b64encode(os.urandom(32)).decode(),
            idempotency_secret="not used here",  # noqa: S106
            key_encryption_keys=self.stack.layout.key_ring(),
        )
        made = Runtime(SERVICE, settings, SystemClock(), "api")
        await made.database.open()
        await made.unit_of_work.start()
        try:
            yield made.application, made
        finally:
            await made.unit_of_work.stop()
            await made.database.close()

    def _of(self, dsn: str, database: str) -> str:
        return dsn.replace(f"dbname=countersign_{AUDIT} ", f"dbname={database} ")


@contextmanager
def ground() -> Iterator[Ground]:
    """In a directory of its own, which is removed at the end."""
    data = Path(tempfile.mkdtemp(prefix="countersign-bench-"))
    stack = Stack(Layout(data, free_ports()))
    stack.layout.logs.mkdir(mode=0o700)
    try:
        stack.start_postgres()
        stack.postgres.provide(AUDIT)
        migrate(AUDIT, stack.postgres.owner_dsn(AUDIT))
        yield Ground(stack)
    finally:
        stack.stop()
        shutil.rmtree(stack.postgres.sockets, ignore_errors=True)
        shutil.rmtree(data, ignore_errors=True)

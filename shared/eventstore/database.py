"""Connections: one pool for reading, and single connections for those who hold one for long."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import TupleRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from shared.eventstore.sql import Prepared
from shared.kernel.errors import Malformed, Unavailable

Rows = list[dict[str, Any]]
SETTINGS = "-c transaction_timeout=30s -c idle_in_transaction_session_timeout=30s -c timezone=UTC"


class Database:
    """One service's database. Reads run outside transactions; nothing here writes events.

    Raises `Unavailable` when the server can't be reached.
    """

    def __init__(self, dsn: str, *, pool_size: int = 6, application: str = "countersign") -> None:
        self.dsn = dsn
        self._connect: dict[str, Any] = {"options": SETTINGS, "application_name": application}
        self._pool: AsyncConnectionPool[AsyncConnection[dict[str, Any]]] = AsyncConnectionPool(
            dsn,
            min_size=1,
            max_size=pool_size,
            open=False,
            timeout=3,
            reconnect_timeout=10,
            kwargs={**self._connect, "autocommit": True, "row_factory": dict_row},
            check=None,
        )

    @property
    def pool(self) -> dict[str, int]:
        """How the pool stands, by psycopg's names: `requests_waiting`, `requests_errors`, …"""
        return self._pool.get_stats()

    async def open(self) -> None:
        """Start the pool. Does not wait for the server: readiness tells whether it is there."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        await self._pool.close()

    async def connect(
        self, *, autocommit: bool = False, application_name: str | None = None
    ) -> AsyncConnection[TupleRow]:
        """A connection of one's own, for a writer, a leader or a long job."""
        options = dict(self._connect)
        if application_name:
            options["application_name"] = application_name
        return await AsyncConnection.connect(
            self.dsn, autocommit=autocommit, connect_timeout=5, **options
        )

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection[dict[str, Any]]]:
        try:
            async with self._pool.connection() as connection:
                yield connection
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise Unavailable("The database can't be reached. Nothing was recorded.") from error
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
            raise Unavailable("The database has not been migrated.") from error
        except psycopg.DataError as error:
            raise Malformed("A value can't be stored or looked up.") from error

    async def fetch(self, query: Prepared, **params: Any) -> Rows:
        return await self.run(query.sql, query.bind(params), prepare=query.reuse_plan)

    async def fetch_one(self, query: Prepared, **params: Any) -> dict[str, Any] | None:
        rows = await self.fetch(query, **params)
        return rows[0] if rows else None

    async def run(self, sql: str, params: Any = None, *, prepare: bool = True) -> Rows:
        """Read with one statement. A connection that died while idle is replaced once.

        With `prepare`, what runs often on a connection is prepared there.
        """
        try:
            return await self._run(sql, params, prepare)
        except Unavailable as error:
            if not isinstance(error.__cause__, psycopg.OperationalError):
                raise
            return await self._run(sql, params, prepare)

    async def _run(self, sql: str, params: Any, prepare: bool) -> Rows:
        async with self.connection() as connection:
            # None: after a few times. True would be at once.
            cursor = await connection.execute(sql, params, prepare=None if prepare else False)
            return await cursor.fetchall()

"""One leader per service: a PostgreSQL advisory lock held on a connection of its own."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg

from shared.eventstore.database import Database

RETRY = 0.5
"""Seconds between attempts to take the lead, and between checks that it is still held."""


class LeadershipLost(Exception):
    """The connection that held the lock is gone; another process may lead now."""


@asynccontextmanager
async def leading(database: Database, name: str) -> AsyncIterator[None]:
    """Wait for the lock called `name`, hold it for the block, and cancel the block if it is lost.

    The lock only keeps two from working for nothing: correctness rests on the stream's
    expected-last-sequence fence and on positions kept with their effects.
    """
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    connection = await database.connect(autocommit=True)
    try:
        while True:
            cursor = await connection.execute("SELECT pg_try_advisory_lock(%s)", (key,))
            row = await cursor.fetchone()
            if row and row[0]:
                break
            await asyncio.sleep(RETRY)
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(_watch(connection))
            yield
            watch.cancel()
    finally:
        await connection.close()


async def _watch(connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
    while True:
        await asyncio.sleep(RETRY)
        try:
            await connection.execute("SELECT 1")
        except psycopg.Error as error:
            raise LeadershipLost from error

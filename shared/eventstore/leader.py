"""One leader per service: a PostgreSQL advisory lock held on a connection of its own."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import psycopg

from shared.eventstore.database import Database

Watch = Callable[[], Coroutine[Any, Any, None]]
RETRY = 0.5
"""Seconds between attempts to take the lead, and between checks that it is still held."""


def worker_of(service: str) -> str:
    """The lock of whoever works for a service: its leading worker, or a command instead of it."""
    return f"{service}-worker"


class LeadershipLost(Exception):
    """The connection that held the lock is gone; another process may lead now."""


def stop_if_cancelled() -> None:
    """Raise CancelledError when the current task has been asked to stop.

    A loop that lives for long calls it on each turn. A cancellation that meets a time-out or a
    broken connection at the same moment may come out as that error alone (`asyncio.wait_for`
    before Python 3.12, and libraries that use it), and would be taken for one to try again after.
    """
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


def lock_of(name: str) -> int:
    """The advisory lock that the leader called `name` holds."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


@asynccontextmanager
async def leading(database: Database, name: str) -> AsyncIterator[Watch]:
    """Wait for the lock called `name`, and hold it for the block.

    Gives a function to run beside the block's work, which raises `LeadershipLost` when the lock is
    gone. The lock only keeps two from working for nothing: correctness rests on the stream's
    expected-last-sequence fence and on positions kept with their effects.
    """
    key = lock_of(name)
    connection = await database.connect(autocommit=True)
    try:
        while True:
            cursor = await connection.execute("SELECT pg_try_advisory_lock(%s)", (key,))
            row = await cursor.fetchone()
            stop_if_cancelled()
            if row and row[0]:
                break
            await asyncio.sleep(RETRY)
        yield partial(_watch, connection)
    finally:
        await connection.close()


async def _watch(connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
    while True:
        await asyncio.sleep(RETRY)
        try:
            await connection.execute("SELECT 1")
        except psycopg.Error as error:
            raise LeadershipLost from error
        stop_if_cancelled()

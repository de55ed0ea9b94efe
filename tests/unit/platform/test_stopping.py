"""What runs for long stops when it is told to, whatever a library makes of a cancellation."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import pytest
from pydantic import SecretStr

from services.audit.main import SERVICE
from services.audit.settings import AuditSettings
from shared.eventstore.database import Database
from shared.eventstore.leader import leading
from shared.eventstore.store import PostgresEventStore
from shared.kernel.clock import SystemClock
from shared.platform import messaging
from shared.platform.messaging import Messaging
from shared.platform.service import Runtime
from shared.platform.worker import Worker
from tests.support.issuer import settings
from tests.support.keys import ring_file
from tests.support.ledger import SEED
from tests.support.wait import until

pytestmark = pytest.mark.anyio

AT_ONCE = 5.0
"""Seconds in which what was told to stop has stopped; generous."""


class Swallowing:
    """A database that answers just when the first cancellation comes, and so loses it.

    `asyncio.wait_for` does this before Python 3.12, and psycopg and nats-py use it. The first
    `at_once` questions are answered before.
    """

    def __init__(self, at_once: int = 0) -> None:
        self.at_once = at_once
        self.asked = 0
        self._lost: tuple[type[BaseException], ...] = (asyncio.CancelledError,)

    async def execute(self, *_: Any) -> "Swallowing":
        self.asked += 1
        if self.asked > self.at_once:
            with suppress(*self._lost):
                await asyncio.Event().wait()
            self._lost = ()
        return self

    async def run(self, *_: Any) -> list[dict[str, Any]]:
        await self.execute()
        return [{"revision": "another", "serves": ["another"], "letters": 0, "position": 0}]

    async def fetch_one(self, *_: Any, **params: Any) -> dict[str, Any]:
        return (await self.run())[0]

    async def fetchone(self) -> tuple[bool]:
        return (True,)

    async def connect(self, **_: Any) -> "Swallowing":
        return self

    @asynccontextmanager
    async def connection(self) -> AsyncIterator["Swallowing"]:
        yield self

    async def close(self) -> None:
        pass


def as_database(stand_in: Swallowing) -> Database:
    return cast(Database, stand_in)


def worker(database: Swallowing) -> Worker:
    broker = Messaging(settings(), "notes", as_database(database))
    store = cast(PostgresEventStore, None)
    return Worker("notes", as_database(database), store, broker, {})


async def leads(database: Swallowing) -> None:
    async with leading(as_database(database), "a-worker"):
        await asyncio.Event().wait()


async def watches(database: Swallowing) -> None:
    database.at_once = 1
    async with leading(as_database(database), "a-worker") as still_leading:
        await still_leading()


async def says_its_head(database: Swallowing) -> None:
    await worker(database)._say_head()


async def forgets_keys(database: Swallowing) -> None:
    await worker(database)._forget_keys()


async def waits_for_its_schema(database: Swallowing) -> None:
    keys = SecretStr(ring_file("kek-1"))
    given = settings(key_encryption_keys=keys).model_dump()
    made = Runtime(SERVICE, AuditSettings(**given, ledger_keys=SEED), SystemClock(), "all")
    made.database = as_database(database)
    await made.worker._until_served()


async def connects(database: Swallowing) -> None:
    """As the broker's client does, which says each time what went wrong."""
    while True:
        await database.execute()
        await messaging._problem(ConnectionRefusedError())


@pytest.mark.parametrize(
    "loop", [leads, watches, says_its_head, forgets_keys, waits_for_its_schema, connects]
)
async def test_a_cancellation_that_was_swallowed_still_ends_it(
    loop: Callable[[Swallowing], Coroutine[Any, Any, None]],
) -> None:
    database = Swallowing()
    running = asyncio.create_task(loop(database))
    await until(lambda: database.asked > database.at_once)
    running.cancel()
    await asyncio.wait({running}, timeout=AT_ONCE)
    assert running.cancelled()

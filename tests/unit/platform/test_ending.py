"""Ending a process: it answers on for a while; and a worker leads only where it is served."""

import asyncio
import signal

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.types import Message

from countersign.serving import Server
from shared.eventstore.database import Database
from shared.platform.headers import AnswerHeaders
from shared.platform.messaging import Messaging
from shared.platform.stopping import Stopping
from shared.platform.worker import NoLongerServed, Worker
from tests.support.issuer import settings
from tests.support.wait import until

pytestmark = pytest.mark.anyio
NOWHERE = "host=/nowhere"


def server(drain: float) -> tuple[Server, Stopping]:
    stopping = Stopping()
    return Server(uvicorn.Config(Starlette()), stopping, drain), stopping


async def test_who_is_asked_to_end_goes_on_until_the_second_time() -> None:
    running, stopping = server(drain=3600)
    running.handle_exit(signal.SIGTERM, None)
    assert stopping.begun
    assert not await running.on_tick(1)
    running.handle_exit(signal.SIGTERM, None)
    assert await running.on_tick(1)


@pytest.mark.parametrize("drain", [0, 1e-9])
async def test_it_ends_once_it_is_drained(drain: float) -> None:
    running, stopping = server(drain)
    assert not await running.on_tick(1)
    running.handle_exit(signal.SIGTERM, None)
    assert stopping.begun
    assert await running.on_tick(1)


async def test_every_answer_ends_its_connection_then() -> None:
    stopping, sent = Stopping(), list[Message]()

    async def app(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]

    async def send(message: Message) -> None:
        sent.append(message)

    async def answered() -> bool:
        scope = {"type": "http", "method": "GET", "path": "/"}
        await AnswerHeaders(app, {}, stopping)(scope, None, send)  # type: ignore[arg-type]
        return (b"connection", b"close") in sent[-1]["headers"]

    assert not await answered()
    stopping.begin()
    assert await answered()


async def test_a_worker_leads_only_where_it_is_served() -> None:
    state, asked = "not migrated yet", 0

    async def schema_state() -> str:
        nonlocal asked
        asked += 1
        return state

    database = Database(NOWHERE)
    broker = Messaging(settings(), "notes", database)
    worker = Worker("notes", database, None, broker, {}, schema_state=schema_state)  # type: ignore[arg-type]
    waiting = asyncio.create_task(worker._until_served())
    await until(lambda: asked > 1)
    assert not waiting.done()
    state = "ok"
    await waiting
    leading = asyncio.create_task(worker._while_served())
    before = asked
    await until(lambda: asked > before)
    assert not leading.done()
    state = "this release (0001) is too old"
    with pytest.raises(NoLongerServed):
        await leading

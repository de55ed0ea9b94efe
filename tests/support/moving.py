"""The local stack with its four services in this process, on a clock that a test can move."""

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from unittest import mock

import uvicorn

from deploy.local.layout import Layout
from deploy.local.processes import wait_until
from deploy.local.stack import READY_WITHIN, Stack
from shared.contracts.system import SERVICES
from tests.support.client import Client
from tests.support.ports import free_port_base, own_directory


class MovableClock:
    """The real time, and as much more as a test says."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    @contextmanager
    def moved(self, **by: float) -> Iterator[None]:
        self.ahead += timedelta(**by)
        try:
            yield
        finally:
            self.ahead -= timedelta(**by)


@contextmanager
def moving_stack() -> Iterator[tuple[Client, MovableClock]]:
    clock = MovableClock()
    with own_directory() as data, ExitStack() as running:
        stack = Stack(Layout(data, free_port_base()))
        running.callback(stack.stop)
        stack.start_ground()
        for name in SERVICES:
            running.enter_context(_served(stack, name, clock))
        stack.agree_engagement()
        yield Client(stack.layout), clock


@contextmanager
def _served(stack: Stack, name: str, clock: MovableClock) -> Iterator[None]:
    """One service on its port, in a thread and an event loop of its own."""
    with mock.patch.dict(os.environ, stack.environment(name)):
        app = import_module(f"services.{name}.main").create_app(clock=clock)
    port = stack.layout.ports[name]
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    try:
        wait_until(lambda: stack.is_ready(name), READY_WITHIN, name)
        yield
    finally:
        server.should_exit = True
        thread.join()

"""The local stack with its four services in this process, on a clock that a test can move.

A service's worker may be a process of its own, on the same clock, so that it can be killed.
"""

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from unittest import mock

import httpx
import uvicorn

from deploy.local.layout import Layout
from deploy.local.processes import wait_until
from deploy.local.stack import READY_WITHIN, Stack
from shared.contracts.system import SERVICES
from tests.support.client import Client
from tests.support.ports import free_port_base, own_directory


class MovableClock:
    """The real time, and as much more as a test says, in a file that other processes read."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def ahead(self) -> timedelta:
        return timedelta(seconds=float(self._file.read_text()) if self._file.exists() else 0)

    @ahead.setter
    def ahead(self, ahead: timedelta) -> None:
        # Put in place whole: another process may be reading.
        following = self._file.with_suffix(".next")
        following.write_text(str(ahead.total_seconds()))
        following.replace(self._file)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    @contextmanager
    def moved(self, **by: float) -> Iterator[None]:
        self.ahead += timedelta(**by)
        try:
            yield
        finally:
            self.ahead -= timedelta(**by)


class Apart:
    """A service's worker in a process of its own, on the stack's clock. Each is forked from one
    that has imported the service, which takes longer than all else."""

    def __init__(self, stack: Stack, name: str, clock_file: Path) -> None:
        port = max(stack.layout.ports.values()) + 1
        self._health = f"http://127.0.0.1:{port}/health/ready"
        self._http = httpx.Client(timeout=2, limits=httpx.Limits(max_keepalive_connections=0))
        self._worker = (name, port, clock_file, stack.environment(name))
        self._forks = get_context("forkserver")
        self._forks.set_forkserver_preload([f"services.{name}.main", __name__])
        self._process: BaseProcess | None = None

    def start(self) -> None:
        self._process = self._forks.Process(target=_work, args=self._worker, daemon=True)
        self._process.start()
        wait_until(self._is_ready, READY_WITHIN, "the worker")

    def kill(self) -> None:
        """As the machine's memory guard would: it isn't asked."""
        if self._process:
            self._process.kill()
            self._process.join()
            self._process = None

    def _is_ready(self) -> bool:
        with suppress(httpx.HTTPError):
            return self._http.get(self._health).status_code == 200
        return False


def _work(name: str, port: int, clock_file: Path, environment: dict[str, str]) -> None:
    """The worker's process."""
    os.environ.update(environment)
    app = import_module(f"services.{name}.main").create_app(
        role="worker", clock=MovableClock(clock_file)
    )
    uvicorn.run(app, port=port, log_config=None, access_log=False)


@contextmanager
def moving_stack(apart: str | None = None) -> Iterator[tuple[Client, MovableClock, Apart | None]]:
    """The stack on a clock. The worker of the service that is to be `apart` isn't started."""
    with own_directory() as data, ExitStack() as running:
        clock_file = data / "clock"
        clock = MovableClock(clock_file)
        stack = Stack(Layout(data, free_port_base()))
        running.callback(stack.stop)
        stack.start_ground()
        for name in SERVICES:
            running.enter_context(_served(stack, name, clock, "api" if name == apart else "all"))
        stack.agree_engagement()
        worker = Apart(stack, apart, clock_file) if apart else None
        if worker:
            running.callback(worker.kill)
        yield Client(stack.layout), clock, worker


@contextmanager
def _served(stack: Stack, name: str, clock: MovableClock, role: str) -> Iterator[None]:
    """One service on its port, in a thread and an event loop of its own."""
    with mock.patch.dict(os.environ, stack.environment(name)):
        app = import_module(f"services.{name}.main").create_app(clock=clock, role=role)
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

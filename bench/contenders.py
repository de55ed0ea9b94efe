"""Who is measured, which processes that takes, and one window of load on one of them."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import NamedTuple

import httpx
import psutil
import uvloop
from pydantic_core import to_json

from bench.body import note
from bench.ground import AUTHOR, PORTS, conventional_database, introduce, record, token
from bench.load import build_request, load
from deploy.local.processes import Process, wait_until
from deploy.local.stack import Stack
from shared.contracts.system import SERVICES

ANSWERS_WITHIN = 60.0
RECORDED, UNRECORDED = "read, and recorded", "read, not recorded"
WARM_UP = 1.5
"""Seconds of load before a window, for connection pools and caches to fill."""


class Window(NamedTuple):
    """What was measured. `cpu_us` is the server's processor time for a request; `elsewhere` is the
    part of the machine, 0 to 1, that processes took which are not the benchmark's."""

    per_second: float
    p95_ms: float
    cpu_us: float
    errors: int
    elsewhere: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A service that takes notes, or without a `body` shows one at `path`.

    `processes` run while it is measured, its server the last.
    """

    name: str
    processes: tuple[Process, ...]
    port: int
    body: bytes | None
    path: str = "/v1/notes"
    token: Callable[[], str | None] = lambda: None
    keyed: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"

    @property
    def expects(self) -> int:
        return 200 if self.body is None else 201

    @contextmanager
    def serving(self) -> Iterator[psutil.Process]:
        """The server's process, from the first right answer until all of `processes` have ended."""
        try:
            for process in self.processes:
                process.start()
            self.wait()
            yield psutil.Process(self.processes[-1].pid)
        finally:
            for process in reversed(self.processes):
                process.stop()

    def wait(self) -> None:
        """Until it answers as it should."""
        try:
            wait_until(self._answers, ANSWERS_WITHIN, self.name)
        except TimeoutError as error:
            said = [each.last_words() for each in self.processes]
            raise SystemExit("\n".join([str(error), *said])) from None

    def _answers(self) -> bool:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token()}"}
        method = "GET" if self.body is None else "POST"
        with suppress(httpx.HTTPError):
            answer = httpx.request(method, self.url, content=self.body, headers=headers)
            return answer.status_code == self.expects
        return False

    def measure(self, server: psutil.Process, connections: int, seconds: float) -> Window:
        request = build_request(self.url, self.body, self.token(), keyed=self.keyed)

        async def processor_time() -> tuple[float, float]:
            await asyncio.sleep(WARM_UP)
            before, others_before = _used(server), _used_elsewhere()
            await asyncio.sleep(seconds)
            return _used(server) - before, _used_elsewhere() - others_before

        async def window() -> Window:
            asking = load(self.url, request, self.expects, connections, WARM_UP, seconds)
            found, (used, others) = await asyncio.gather(asking, processor_time())
            return Window(
                per_second=found["requests_per_second"],
                p95_ms=found["p95_ms"] or 0.0,
                cpu_us=used / max(found["requests_per_second"] * seconds, 1) * 1e6,
                errors=found["errors"],
                elsewhere=max(others, 0.0) / seconds / (os.cpu_count() or 1),
            )

        return uvloop.run(window())


def _used(process: psutil.Process) -> float:
    """Seconds of processor time of a process and of its children that have ended."""
    with suppress(psutil.NoSuchProcess):
        return float(sum(process.cpu_times()[:4]))
    return 0.0


def _used_elsewhere() -> float:
    """Seconds of processor time that went to none of the benchmark's processes."""
    machine, own = psutil.cpu_times(), psutil.Process()
    ours = sum(_used(each) for each in (own, *own.children(recursive=True)))
    # Linux charges interrupts to the process they interrupt as well as here.
    interrupts = machine.irq + machine.softirq
    return float(machine.user + machine.nice + machine.system + interrupts + machine.steal) - ours


def contenders(stack: Stack) -> list[Contender]:
    """All of them, none running yet. Of the stack, PostgreSQL and NATS alone go on running."""
    layout = stack.layout
    own_port, worker_port = layout.port_base + PORTS - 1, layout.port_base + PORTS - 2
    api_port = layout.ports["notes"]
    body = to_json(note(introduce(layout)))
    database = {"BENCH_DSN": conventional_database(stack)}
    settings = {**stack.environment("notes"), "NOTES_RATE_LIMIT_PER_SECOND": "0"}

    def process(name: str, environment: dict[str, str], *arguments: str) -> Process:
        command = [sys.executable, "-m", *arguments]
        return Process(name, command, layout.logs / f"{name}.log", {**_ours(), **environment})

    def small(name: str, factory: str) -> Contender:
        server = process(name, database, "bench.serve", factory, str(own_port))
        return Contender(name=name, processes=(server,), port=own_port, body=body)

    def notes(role: str, port: int) -> Process:
        serve = ("countersign", "serve", "notes", "--role", role, "--port", str(port))
        return process(f"notes-{role}", settings, *serve)

    def countersign(name: str, *processes: Process, keyed: bool = False) -> Contender:
        return Contender(
            name=name, processes=processes, port=api_port, body=body,
            token=lambda: token(layout, AUTHOR), keyed=keyed,
        )  # fmt: skip

    def reading(name: str, server: Process) -> Contender:
        return Contender(
            name=name, processes=(*separate[:-1], server), port=api_port, body=None,
            path=f"/v1/notes/{shown}", token=lambda: token(layout, AUTHOR),
        )  # fmt: skip

    own = countersign("the stack's own notes service, with the person")
    own.wait()
    shown = record(own.url, body, token(layout, AUTHOR))
    for name in (*SERVICES, "identity"):
        stack.processes[name].stop()
    separate = (stack.processes["identity"], notes("worker", worker_port), notes("api", api_port))
    return [
        small("empty", "bench.nothing:create_empty_app"),
        small("nothing", "bench.nothing:create_app"),
        small("crud, async", "bench.crud:create_app"),
        small("crud, sync", "bench.crud:create_sync_app"),
        countersign("countersign", *separate),
        countersign("countersign + Idempotency-Key", *separate, keyed=True),
        reading(RECORDED, separate[-1]),
        reading(UNRECORDED, process(
            "notes-unrecorded", settings, "bench.serve", "bench.unrecorded:create_app",
            str(api_port),
        )),
    ]  # fmt: skip


def _ours() -> dict[str, str]:
    """Our environment, without what would reach into the service's settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("NOTES_")}

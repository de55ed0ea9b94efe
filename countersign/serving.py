"""Running a service's process, and ending it without anybody noticing (ADR 22)."""

import contextlib
import gc
import time
from importlib import import_module
from types import FrameType
from typing import cast

import uvicorn

from countersign.misconfigured import in_words
from shared.platform.service import Role, runtime
from shared.platform.stopping import Stopping

GC_THRESHOLD = (50_000, 20, 20)

DRAIN = 5.0
"""Seconds in which an API process goes on answering after it was asked to end: until whatever
balances the load has seen that it isn't ready. A worker is sent nothing, and ends at once."""
FINISH_WITHIN = 10
"""Seconds that a request in flight has after that."""


class Server(uvicorn.Server):
    """Answers for a while after the first signal; a second one ends that at once."""

    def __init__(self, config: uvicorn.Config, stopping: Stopping, drain: float) -> None:
        super().__init__(config)
        self._stopping = stopping
        self._drain = drain
        self._until: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        again = self._stopping.begun
        self._stopping.begin()
        if again or not self._drain:
            super().handle_exit(sig, frame)
        else:
            self._captured_signals.append(sig)
            self._until = time.monotonic() + self._drain

    async def on_tick(self, counter: int) -> bool:
        drained = self._until is not None and time.monotonic() >= self._until
        return drained or await super().on_tick(counter)


def serve(name: str, role: str, host: str, port: int, drain: float | None = None) -> None:
    """Run a service until it is told to stop. Settings that can't be used end it at once."""
    with in_words(name):
        app = import_module(f"services.{name}.main").create_app(role=cast(Role, role))
    # What is made at start lives for ever: not looking at it again saves a third of the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLD)
    config = uvicorn.Config(
        app, host=host, port=port, access_log=False, log_config=None, server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=FINISH_WITHIN,
    )  # fmt: skip
    if drain is None:
        drain = DRAIN if role == "api" else 0
    with contextlib.suppress(KeyboardInterrupt):
        Server(config, runtime(app).stopping, drain).run()

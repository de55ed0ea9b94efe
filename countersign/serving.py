"""Running a service's process, and ending it without anybody noticing (ADR 22)."""

import time
from types import FrameType

import uvicorn

from shared.platform.stopping import Stopping

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

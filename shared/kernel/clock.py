"""The clock, passed in so that tests can move it."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, with UTC as its zone."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

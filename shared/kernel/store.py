"""The ports of the event store: what it promises to those who load and those who follow it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from shared.kernel.aggregate import Aggregate

A = TypeVar("A", bound=Aggregate)


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as the store holds it: `position` is its place in the service's whole order."""

    position: int
    event_id: UUID
    type: str
    body: bytes
    traceparent: str | None


class EventStore(Protocol):
    """Append-only. Appends go through the unit of work; these are the ways to read."""

    async def load(
        self, kind: type[A], id: UUID, version: int | None = None, as_of: datetime | None = None
    ) -> A:
        """The aggregate now, as it was at `version`, or as it stood at a time.

        Raises `NotFound` when there is no such stream, no such version of it, or none by then.
        """
        ...

    async def read_after(self, position: int, limit: int) -> list[RecordedEvent]:
        """The next events in order, never one that another could still precede.

        An event that a transaction in flight might come before is held back until that
        transaction ends: whoever follows with the last position returned misses nothing.
        """
        ...

    async def head(self) -> int:
        """The position of the last event that is safe to follow, or 0 for an empty store."""
        ...

"""The relay: carries a service's events to its stream, in order, missing and doubling none (ADR 4).

The stream's own tail is the cursor. On start and on any doubt it is read again, and the next batch
is fenced by the sequence it ended at; so two relays can't interleave, and a broker that lost its
tail is filled again.
"""

import asyncio
import contextlib
import logging
from enum import StrEnum

from nats.aio.client import Client
from sqlalchemy import bindparam, select

from shared.eventstore.cloudevents import Names, to_message
from shared.eventstore.database import Database
from shared.eventstore.leader import stop_if_cancelled
from shared.eventstore.schema import RECOVERIES
from shared.eventstore.sql import Prepared
from shared.eventstore.store import PostgresEventStore
from shared.eventstore.stream import (
    LOST,
    StreamRefused,
    Tail,
    publish_batch,
    read_tail,
)
from shared.eventstore.traces import linked, span
from shared.kernel.errors import Unavailable
from shared.kernel.store import RecordedEvent

MOST_EVENTS, MOST_BYTES = 500, 4_000_000
POLL, RETRY = 0.1, 0.5
"""Seconds between looks at the store when nothing wakes the relay, and after a broker's refusal."""
WATCH_EVERY = 5.0
"""Seconds between looks by a process that doesn't relay."""

_RECOVERED = Prepared(
    select(RECOVERIES.c.tail_position).where(
        RECOVERIES.c.tail_position == bindparam("position"),
        RECOVERIES.c.tail_event_id == bindparam("event_id"),
    )
)
log = logging.getLogger(__name__)


class RelayState(StrEnum):
    STANDBY = "standby"
    RUNNING = "running"
    BROKER_UNAVAILABLE = "broker_unavailable"
    STREAM_MISSING = "stream_missing"
    STREAM_TRIMMED = "stream_trimmed"
    STORE_BEHIND_STREAM = "store_behind_stream"


STOPPED = {RelayState.STREAM_TRIMMED, RelayState.STORE_BEHIND_STREAM}
"""States that a person must resolve; nothing is published in them."""
WAITING = {RelayState.BROKER_UNAVAILABLE, RelayState.STREAM_MISSING}
"""States that pass by themselves once the broker is whole again."""
ALARMING = 5
"""How many refusals in a row are more than two relays changing places."""


class Relay:
    """Run by the service's leader. `wake` may be called whenever something was appended."""

    def __init__(
        self, database: Database, store: PostgresEventStore, connection: Client, names: Names
    ) -> None:
        self._database = database
        self._store = store
        self._connection = connection
        self._names = names
        self._appended = asyncio.Event()
        self.state = RelayState.STANDBY
        self.position = 0
        self.refusals = 0
        self._relaying = False

    @property
    def behind(self) -> bool:
        """Whether the store lacks what was published of it, or nothing tells whether it does."""
        return self.state in STOPPED

    @property
    def unsure(self) -> bool:
        """Whether that isn't known yet, or the store is behind: nothing is done by the clock then.

        With the broker away it can't be known, and deadlines are kept all the same.
        """
        return self.behind or self.state is RelayState.STANDBY

    def wake(self) -> None:
        self._appended.set()

    async def run(self) -> None:
        """Publish until cancelled. Raises what the database raises."""
        self._relaying = True
        try:
            while True:
                stop_if_cancelled()
                try:
                    tail = await read_tail(self._connection, self._names.stream)
                    self._enter(await self._guard(tail))
                    if self.state is RelayState.RUNNING:
                        await self._follow(tail)
                    else:
                        await asyncio.sleep(RETRY)
                except StreamRefused as refused:
                    self.refusals += 1
                    level = logging.ERROR if self.refusals >= ALARMING else logging.INFO
                    log.log(level, "%s refused the relay: %s", self._names.stream, refused)
                    missing = refused.code == 10059
                    self._enter(RelayState.STREAM_MISSING if missing else self.state)
                    await asyncio.sleep(RETRY)
                except LOST:
                    self._enter(RelayState.BROKER_UNAVAILABLE)
                    await asyncio.sleep(RETRY)
        finally:
            self._relaying = False
            self.state = RelayState.STANDBY

    async def watch(self) -> None:
        """While this process doesn't relay: whether the store has what was published of it.

        One that was set back shows records as they were; whoever asks must not be shown those.
        """
        while True:
            if not self._relaying:
                with contextlib.suppress(StreamRefused, Unavailable, *LOST):
                    found = await self._guard(await read_tail(self._connection, self._names.stream))
                    if not self._relaying:
                        self._enter(found if found in STOPPED else RelayState.STANDBY)
            stop_if_cancelled()
            await asyncio.sleep(WATCH_EVERY)

    async def _guard(self, tail: Tail) -> RelayState:
        """The store must hold the tail's event at the tail's position, or have been recovered."""
        if tail.trimmed:
            return RelayState.STREAM_TRIMMED
        if not tail.event_id or str(await self._store.event_at(tail.position)) == tail.event_id:
            return RelayState.RUNNING
        recovered = await self._database.fetch_one(
            _RECOVERED, position=tail.position, event_id=tail.event_id
        )
        return RelayState.RUNNING if recovered else RelayState.STORE_BEHIND_STREAM

    async def _follow(self, tail: Tail) -> None:
        self.position, sequence = tail.position, tail.sequence
        while True:
            self._appended.clear()
            events = await self._store.read_after(self.position, MOST_EVENTS)
            if events:
                events = within(events, MOST_BYTES)
                sequence = await self._publish(events, sequence)
                self.position = events[-1].position
                self.refusals = 0
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await self._appended.wait()
            stop_if_cancelled()

    async def _publish(self, events: list[RecordedEvent], last_sequence: int) -> int:
        previous = [self.position, *(event.position for event in events)]
        messages = [
            to_message(event, before, self._names)
            for event, before in zip(events, previous, strict=False)
        ]
        links = linked(event.traceparent for event in events)
        with span(f"relay {self._names.service}", links=links):
            return await publish_batch(self._connection, messages, last_sequence)

    def _enter(self, state: RelayState) -> None:
        if state is not self.state:
            level = logging.ERROR if state in STOPPED else logging.INFO
            log.log(level, "relay of %s: %s", self._names.service, state)
            self.state = state


def within(events: list[RecordedEvent], most_bytes: int) -> list[RecordedEvent]:
    """As many of the first events as fit, and always one."""
    size = 0
    for count, event in enumerate(events):
        size += len(event.body)
        if size > most_bytes and count:
            return events[:count]
    return events

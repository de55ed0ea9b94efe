"""Filling gaps: what a service published and never arrived is asked for, and comes late.

Each answer is appended in one transaction, to the end of the ledger like all else, with the
`previous` that the service gives it. A gap is filled when its events follow one another; so it
doesn't matter where this was interrupted, or whether two do it at once.
"""

import logging
from collections.abc import Mapping, Sequence

import psycopg
from prometheus_client import Counter

from services.audit.projection import Break, Gap, Gaps, chained, disagreement
from shared.eventstore.cloudevents import Message
from shared.eventstore.database import Database
from shared.eventstore.ranges import Held
from shared.eventstore.sql import Write
from shared.kernel.call import Call
from shared.kernel.clock import Clock
from shared.platform.messaging import Messaging
from shared.platform.projecting import Handler, run

MOST_GAPS = 100
"""Looked at at once."""
AGAIN_AFTER = 30.0
"""Seconds until a gap is looked at again that can't be filled."""
LATE = Counter("countersign_audit_late_events", "Events that were asked for again", ["service"])
log = logging.getLogger(__name__)


class Appending:
    """Appends what came late. `handlers` are those that append what comes in time."""

    def __init__(self, database: Database, handlers: Mapping[str, Handler], clock: Clock) -> None:
        self._database = database
        self._handlers = handlers
        self._clock = clock

    async def append(self, service: str, events: Sequence[Held]) -> None:
        messages = [
            Message(
                sequence=0,
                position=each.position,
                previous=each.previous,
                event_id=each.event_id,
                type=each.type,
                body=each.body,
                traceparent=None,
            )
            for each in events
        ]
        connection = await self._database.connect()
        try:
            async with connection.transaction():
                await self._handlers[service].apply(connection, messages, self._clock)
        finally:
            await connection.close()
        LATE.labels(service).inc(len(messages))


class Filling:
    def __init__(self, database: Database, messaging: Messaging, appending: Appending) -> None:
        self._database = database
        self._messaging = messaging
        self._appending = appending
        self._gaps = Gaps(database)
        self._waits: dict[Gap, float] = {}

    async def fill(self, call: Call) -> int:
        """Fill open gaps as far as their services answer; returns how many events came."""
        now = call.at.timestamp()
        self._waits = {gap: until for gap, until in self._waits.items() if until > now}
        came = 0
        for gap in await self._gaps.open(MOST_GAPS):
            if gap in self._waits:
                continue
            try:
                came += await self._fill(call, gap)
            except psycopg.DataError as error:
                log.error("a gap of %s can't be filled: %s", gap.service, error.sqlstate)
                self._waits[gap] = now + AGAIN_AFTER
        return came

    async def _fill(self, call: Call, gap: Gap) -> int:
        came, beyond = 0, set[Break]()
        while True:
            breaks = await self._gaps.breaks(gap)
            if not breaks:
                done = chained(gap.service, gap.after, gap.before, call.at)
                await self._write(gap.filled(call.at), done)
                log.info("gap in %s after %s is filled", gap.service, gap.after)
                return came
            rest = [each for each in breaks if each not in beyond]
            if not rest:
                self._waits[gap] = call.at.timestamp() + AGAIN_AFTER
                return came
            here = rest[0]
            part = await self._messaging.asking.events(gap.service, here.held, here.position)
            if part is None or (part.more and not part.events):
                return came  # it doesn't answer, or can't tell yet
            if part.events:
                await self._appending.append(gap.service, part.events)
                came += len(part.events)
            else:
                await self._no_such_event(call, gap, here)
                beyond.add(here)

    async def _no_such_event(self, call: Call, gap: Gap, here: Break) -> None:
        """The event names one before it that its service doesn't have."""
        log.error("broken chain in %s at %s", gap.service, here.position)
        await self._write(
            disagreement(
                gap.service, here.position, "chain", call.at, event_id=here.event_id,
                type=here.type,
            )
        )  # fmt: skip

    async def _write(self, *writes: Write) -> None:
        async with self._database.connection() as connection, connection.transaction():
            await run(connection, writes)

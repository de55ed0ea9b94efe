"""Appends every event of every service to the ledger: raw bytes first, then what they say.

An event that can't be read is in the ledger all the same; its entry is parked. One that says
something else at a position which is taken is kept aside, and flagged.
"""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from prometheus_client import Counter

from services.audit.policy import ALERTS, Disagreement
from services.audit.projection import (
    ALERT_ROWS,
    GAP_ROWS,
    Read,
    Said,
    append,
    arrived,
    begin,
    disagreement,
    rows_of,
)
from shared.contracts.reading import all_known
from shared.contracts.system import SERVICES
from shared.eventstore.cloudevents import Message
from shared.eventstore.sql import Write
from shared.kernel.clock import Clock
from shared.platform.projecting import CANNOT_BE_STORED, Connection, Letter, parked, run

INDEX_OF = "SELECT index FROM ledger WHERE service = %(producer)s AND position = %(position)s"
LAST = "SELECT coalesce(max(position), 0) FROM ledger WHERE service = %(service)s"
HELD = """
SELECT position, digest FROM ledger WHERE service = %(service)s AND position = ANY(%(positions)s)
"""
RAISED = Counter(
    "countersign_audit_alerts",
    "Alerts for the IG lead, by kind; more than once if retried",
    ["kind"],
)
for _kind in ALERTS:
    RAISED.labels(_kind)  # each is there at 0, so that its first rise is seen
NEWER = Counter(
    "countersign_audit_newer_events",
    "Events of a newer release than audit's: read as far as they are known",
    ["producer"],
)
"""More than 0: audit wasn't the first to be upgraded, and its read models are to be rebuilt."""
for _service in SERVICES:
    NEWER.labels(_service)
FORK: Disagreement = "fork"
"""A service published something else at a position that the ledger has."""
log = logging.getLogger(__name__)


class LedgerWriter:
    """A consumer's handler: one for each producer, all appending to the one ledger."""

    def __init__(self, service: str) -> None:
        self._service = service

    async def apply(
        self, connection: Connection, messages: Sequence[Message], clock: Clock
    ) -> None:
        """What the database refuses of an event is left out, not the event."""
        try:
            async with connection.transaction():
                await self._append(connection, messages, clock)
        except CANNOT_BE_STORED as error:
            middle = len(messages) // 2
            if middle:
                await self.apply(connection, messages[:middle], clock)
                await self.apply(connection, messages[middle:], clock)
            else:
                await self._append(connection, messages, clock, refused=error)

    async def _append(
        self,
        connection: Connection,
        messages: Sequence[Message],
        clock: Clock,
        refused: Exception | None = None,
    ) -> None:
        """All of them, in order; of one that was `refused` only that it is there."""
        shard, now = await begin(connection, clock)
        cursor = await connection.execute(LAST, {"service": self._service})
        last = await cursor.fetchone()
        assert last
        position, fresh = last[0], messages
        writes: list[Write] = []
        if messages[0].position <= position:
            fresh, writes = await self._unheld(connection, messages, now)
        read = [refused or self._read(message) for message in fresh]
        said = [
            Said(message, found.people if isinstance(found, Read) else ())
            for message, found in zip(fresh, read, strict=True)
        ]
        start = shard.first_index + shard.size
        for index, (message, found) in enumerate(zip(fresh, read, strict=True), start=start):
            writes += self._gap(message, position, now)
            writes += self._rows(index, message, found)
            position = max(position, message.position)
        if said:
            await append(connection, shard, self._service, said, now, writes)
        else:
            await run(connection, writes)
        for write in writes:
            if write.statement is ALERT_ROWS:
                RAISED.labels(write.params["kind"]).inc()

    async def again(self, connection: Connection, letter: Letter) -> list[Write]:
        cursor = await connection.execute(INDEX_OF, letter)
        row = await cursor.fetchone()
        assert row is not None
        read = arrived(letter["body"], letter["event_id"], letter["type"])
        return rows_of(row[0], self._service, read)

    async def _unheld(
        self, connection: Connection, messages: Sequence[Message], now: datetime
    ) -> tuple[list[Message], list[Write]]:
        """The messages that the ledger lacks, and what is written of those it has otherwise."""
        positions = [message.position for message in messages]
        cursor = await connection.execute(HELD, {"service": self._service, "positions": positions})
        held = {row[0]: bytes(row[1]) for row in await cursor.fetchall()}
        fresh, writes = [], []
        for message in messages:
            digest = hashlib.sha256(message.body).digest()
            if message.position not in held:
                fresh.append(message)
            elif held[message.position] != digest:
                log.error("fork in %s at %s", self._service, message.position)
                writes.append(
                    disagreement(
                        self._service, message.position, FORK, now, event_id=message.event_id,
                        type=message.type, digest=digest, body=message.body,
                    )
                )  # fmt: skip
        return fresh, writes

    def _read(self, message: Message) -> Read | Exception:
        try:
            read = arrived(message.body, message.event_id, message.type)
            if not all_known(message.type, read.body["data"]):
                NEWER.labels(self._service).inc()
            return read
        except Exception as error:  # whatever it is, it is in the ledger and the next must follow
            return error

    def _rows(self, index: int, message: Message, found: Read | Exception) -> Iterator[Write]:
        if isinstance(found, Exception):
            yield parked(self._service, message, found)
            return
        try:
            yield from rows_of(index, self._service, found)
        except Exception as error:
            yield parked(self._service, message, error)

    def _gap(self, message: Message, position: int, now: datetime) -> Iterator[Write]:
        """Flags an event that doesn't follow the last one held; one that was missing till now does
        not have to."""
        if message.position > position and message.previous != position:
            log.error("gap in %s: %s to %s", self._service, position, message.previous)
            yield GAP_ROWS.row(
                service=self._service,
                after_position=position,
                before_position=message.position,
                seen_at=now,
                filled_at=None,
                announced_at=None,
            )


HANDLERS = {service: LedgerWriter(service) for service in SERVICES}

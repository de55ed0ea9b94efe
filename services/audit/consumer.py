"""Appends every event of every service to the ledger: raw bytes first, then what they say.

An event that can't be read is in the ledger all the same; its entry is parked.
"""

import hashlib
import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from prometheus_client import Counter

from services.audit.policy import ALERTS
from services.audit.projection import ALERT_ROWS, GAP_ROWS, LEDGER_ROWS, read
from shared.contracts.system import SERVICES
from shared.eventstore.cloudevents import Message
from shared.eventstore.sql import Write
from shared.platform.projecting import Connection, Letter, parked, run

TAKE_INDEXES = """
UPDATE ledger_size SET size = size + %(count)s RETURNING size - %(count)s
"""
"""Holding this row is what makes the index gapless: the next batch waits for this one's commit."""
INDEX_OF = "SELECT index FROM ledger WHERE service = %(producer)s AND position = %(position)s"
LAST = "SELECT coalesce(max(position), 0) FROM ledger WHERE service = %(service)s"
RAISED = Counter(
    "countersign_audit_alerts",
    "Alerts for the IG lead, by kind; more than once if retried",
    ["kind"],
)
for _kind in ALERTS:
    RAISED.labels(_kind)  # each is there at 0, so that its first rise is seen
log = logging.getLogger(__name__)


class LedgerWriter:
    """A consumer's handler: one for each producer, all appending to the one ledger."""

    def __init__(self, service: str) -> None:
        self._service = service

    async def apply(self, connection: Connection, messages: Sequence[Message]) -> None:
        cursor = await connection.execute(TAKE_INDEXES, {"count": len(messages)})
        first = await cursor.fetchone()
        cursor = await connection.execute(LAST, {"service": self._service})
        last = await cursor.fetchone()
        assert first
        assert last
        position, writes = last[0], []
        for index, message in enumerate(messages, start=first[0]):
            writes += self._writes(index, message, position)
            position = message.position
        await run(connection, writes)
        for write in writes:
            if write.statement is ALERT_ROWS:
                RAISED.labels(write.params["kind"]).inc()

    async def again(self, connection: Connection, letter: Letter) -> list[Write]:
        cursor = await connection.execute(INDEX_OF, letter)
        row = await cursor.fetchone()
        assert row is not None
        return read(row[0], self._service, letter["body"])

    def _writes(self, index: int, message: Message, position: int) -> list[Write]:
        now = datetime.now(UTC)
        writes = [
            LEDGER_ROWS.row(
                index=index,
                service=self._service,
                position=message.position,
                previous=message.previous,
                event_id=message.event_id,
                type=message.type,
                digest=hashlib.sha256(message.body).digest(),
                body=message.body,
                recorded_at=now,
            )
        ]
        if message.previous != position:
            log.error("gap in %s: %s to %s", self._service, position, message.previous)
            writes.append(
                GAP_ROWS.row(
                    service=self._service,
                    after_position=position,
                    before_position=message.position,
                    seen_at=now,
                    filled_at=None,
                )
            )
        try:
            writes += read(index, self._service, message.body)
        except Exception as error:  # whatever it is, it is in the ledger and the next must follow
            writes.append(parked(self._service, message, error))
        return writes


HANDLERS = {service: LedgerWriter(service) for service in SERVICES}

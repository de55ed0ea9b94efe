"""Appending to the ledger, as a consumer does it: rows, leaves, tiles, what events say, and its own
position, in one transaction for each batch."""

from collections.abc import Sequence
from itertools import islice
from time import perf_counter, process_time
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.ledger.events import published
from bench.ledger.ground import Ground
from bench.ledger.tables import Row
from services.audit.consumer import HANDLERS
from shared.eventstore.cloudevents import Message
from shared.eventstore.database import Database
from shared.eventstore.sealing import DataKey
from shared.kernel.clock import SystemClock
from shared.platform.cursor import Cursor
from shared.platform.projecting import run

PRODUCER = "notes"
BATCHES = (500, 10)
SMALL = 5_000
"""Events appended in small batches, which are slower."""
EVENTS_EACH = 500
"""Of each person: about a year of a note a week and its reads."""


async def measure(there: Ground, database: str, count: int) -> tuple[Sequence[str], list[Row]]:
    """Append `count` events in large batches, and a few in small ones."""
    keys = [_key() for _ in range(max(1, count // EVENTS_EACH))]
    rows: list[Row] = []
    after = 0
    async with there.opened(database) as opened:
        for batch in BATCHES:
            many = count if batch == BATCHES[0] else min(count, SMALL)
            messages = list(published(many, keys, after))
            after = messages[-1].position
            took, own = await append(opened, messages, batch)
            rows.append(
                (f"in batches of {batch}", f"{many / took:,.0f}", f"{own / many * 1e6:.0f}")
            )
    return ("events/s", "own CPU µs/event"), rows


async def append(database: Database, messages: list[Message], batch: int) -> tuple[float, float]:
    """Append in batches. Returns seconds taken, and seconds of this process's processor time."""
    left = iter(messages)
    connection = await database.connect()
    began, cpu = perf_counter(), process_time()
    try:
        while some := list(islice(left, batch)):
            async with connection.transaction():
                await HANDLERS[PRODUCER].apply(connection, some, SystemClock())
                at = Cursor(some[-1].position, some[-1].position >> 12)
                await run(connection, [at.keep(PRODUCER)])
        return perf_counter() - began, process_time() - cpu
    finally:
        await connection.close()


def _key() -> DataKey:
    return DataKey(UUID(int=1), f"service-user:{uuid4()}", AESGCM(bytes(32)))

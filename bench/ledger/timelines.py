"""How long an IG lead waits for a person's timeline, in a small ledger and in a large one."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from time import perf_counter
from uuid import UUID, uuid4

import psycopg

from bench.ledger.appending import EVENTS_EACH, append
from bench.ledger.events import published
from bench.ledger.ground import Ground
from bench.ledger.tables import Row, milliseconds
from services.audit.access import READ_TIMELINE
from services.audit.application import Audit
from shared.eventstore.sealing import DataKey
from shared.kernel.call import Call, Caller
from shared.platform.projecting import run
from shared.platform.service import Runtime

TIMES = 300
LEAD = Caller("ig-lead-1", "IG lead 1", frozenset({"ig_lead"}), frozenset())
AGAIN = """
WITH last AS (SELECT max(position) AS position, count(*) AS size FROM ledger)
INSERT INTO ledger
SELECT index + last.size * again, service, ledger.position + last.position * again, previous,
  event_id, type, digest, body, recorded_at
FROM ledger, last, generate_series(1, %(again)s) AS again;
"""
OF_OTHERS = """
INSERT INTO {table} SELECT each.* FROM {table} AS live, generate_series(1, %(again)s) AS again,
  json_populate_record(live, json_build_object(
    'index', live.index + %(size)s * again,
    'subject', overlay(live.subject PLACING lpad(to_hex(again), 6, '0') FROM 1 FOR 6)
  )) AS each
"""
"""The same again, as of other people."""


async def measure(
    there: Ground, database: str, sizes: Sequence[int]
) -> tuple[Sequence[str], list[Row]]:
    """Of one of those people whom both ledgers know, with as many events in both."""
    small, large = sizes
    rows: list[Row] = []
    async with there.serving(database) as (audit, made):
        keys = await _keys(made, small // EVENTS_EACH)
        async with there.opened(database) as opened:
            await append(opened, list(published(small, keys)), 500)
        rows.append((f"{small:,} events in the ledger", *milliseconds(await _ask(audit, keys))))
        _multiply(there.owner_dsn(database), small, large // small - 1)
        rows.append((f"{large:,}", *milliseconds(await _ask(audit, keys))))
    return ("p50 ms", "p95 ms"), rows


async def _keys(made: Runtime, people: int) -> list[DataKey]:
    """Kept where the service looks for them."""
    keys = []
    async with made.database.connection() as connection:
        for _ in range(max(1, people)):
            key, row = await made.keys.create(f"service-user:{uuid4()}", datetime.now(UTC))
            await run(connection, [row])
            keys.append(key)
    return keys


async def _ask(audit: Audit, keys: Sequence[DataKey]) -> list[float]:
    """First pages and later ones, opened and recorded."""
    chance, took = random.Random(len(keys)), []  # noqa: S311
    for number in range(TIMES + 20):
        call = Call(READ_TIMELINE, LEAD, "ig_lead", datetime.now(UTC))
        person = chance.choice(keys).subject.removeprefix("service-user:")
        began = perf_counter()
        found = await audit.questions.timeline(call, UUID(person), None, limit=50)
        if number >= 20:
            took.append(perf_counter() - began)
        assert len(found.rows) == 50
    return took


def _multiply(owner_dsn: str, size: int, again: int) -> None:
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute("SET transaction_timeout = 0")
        connection.execute(AGAIN, {"again": again})
        for table in ("entries", "subjects", "accesses"):
            connection.execute(OF_OTHERS.format(table=table), {"again": again, "size": size})
        connection.execute("VACUUM ANALYZE")

"""Whether deadlines are looked for: a worker leads, and nothing long past is unnoticed."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from countersign.doctor.finding import Findings, fine, or_fine, wrong
from services.notes.projection import Concerns
from services.notes.projection import Overdue as Signatures
from shared.eventstore.database import Database
from shared.eventstore.leader import lock_of, worker_of

PATIENCE = timedelta(minutes=5)
"""Looks are a second apart; so long past, and unnoticed, means that nobody looks."""
_LEADER = """
SELECT activity.pid, activity.backend_start FROM pg_locks AS locks
JOIN pg_stat_activity AS activity USING (pid)
WHERE locks.locktype = 'advisory' AND locks.granted AND locks.objsubid = 1
  AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (locks.classid::bigint << 32 | locks.objid::bigint) = %s
"""
Look = Callable[[Database, datetime], Awaitable[Sequence[Any]]]


async def _signatures(database: Database, at: datetime) -> Sequence[Any]:
    return await Signatures(database).unnoticed(at, 0)


async def _concerns(database: Database, at: datetime) -> Sequence[Any]:
    return await Concerns(database).due(at, 0)


LOOKS: Mapping[str, Mapping[str, Look]] = {
    "notes": {"overdue signatures": _signatures, "concerns to be escalated": _concerns},
}
"""What each service's clock does that somebody waits for, as its own read model tells it."""


def deadlines(service: str, dsn: str, connection: psycopg.Connection[dict[str, Any]]) -> Findings:
    with connection.transaction():
        leader = connection.execute(_LEADER, (lock_of(worker_of(service)),)).fetchone()
    if leader is None:
        yield wrong(
            f"no worker of {service} leads",
            "Nothing is published, nothing of others arrives, no concern is escalated and no"
            " deadline noticed. What is recorded is kept.",
            f"Start countersign serve {service} --role worker, or look why it doesn't run.",
        )
        return
    yield fine(f"a worker leads, connected since {leader['backend_start']:%Y-%m-%d %H:%M}")
    looks = LOOKS.get(service)
    if looks:
        late = asyncio.run(_late(dsn, looks, datetime.now(UTC) - PATIENCE))
        yield from or_fine("no deadline has passed unnoticed", of_late(late))


def of_late(late: Mapping[str, int]) -> Findings:
    for what, count in late.items():
        if count:
            yield wrong(
                f"{what}: {count} or more have been due for over {PATIENCE.seconds // 60} minutes",
                "A worker leads and doesn't do this: people wait who don't know it.",
                "Its log says why (a deadline has to wait); restart it, and look again.",
            )


async def _late(dsn: str, looks: Mapping[str, Look], at: datetime) -> dict[str, int]:
    database = Database(dsn, pool_size=1, application="countersign-doctor")
    await database.open()
    try:
        return {what: len(await look(database, at)) for what, look in looks.items()}
    finally:
        await database.close()

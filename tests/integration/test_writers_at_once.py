"""Two who each think that they lead, and readers beside them: one ledger, without a gap."""

import asyncio
import json
from uuid import NAMESPACE_OID, uuid5

import psycopg
import pytest

from services.audit.consumer import LedgerWriter
from services.audit.projection import Trees
from shared.eventstore.cloudevents import Message
from shared.kernel import merkle
from tests.support.build import NOW, SERVICE_USER
from tests.support.clocks import Standing
from tests.support.engines import Engines, Fresh
from tests.support.ledger import OTHER

pytestmark = pytest.mark.anyio
SERVICES = ("notes", "referrals")
COUNT, AT_ONCE = 120, 7


def message(service: str, position: int) -> Message:
    """The same event whoever is given it."""
    event_id = str(uuid5(NAMESPACE_OID, f"{service} {position}"))
    person = (SERVICE_USER, OTHER)[position % 2]
    body = {
        "id": event_id, "type": f"countersign.{service}.record-read.v1", "time": NOW.isoformat(),
        "actor": {"staff_id": "nurse-1", "name": "Nurse 1", "role": "nurse", "registration": None},
        "subject": str(person), "team": None,
        "resource": {"kind": "access", "id": event_id, "stream": event_id, "version": 1},
        "data": {"service_user_ids": [str(person)]},
    }  # fmt: skip
    raw = json.dumps(body).encode()
    return Message(0, position, position - 1, event_id, str(body["type"]), raw, None)


async def write(fresh: Fresh, service: str, at_once: int) -> None:
    """All that a service says, from the beginning: as by who leads, or by who did until just now.
    Every third batch is taken back first, as if the process had died at its end."""
    connection = await psycopg.AsyncConnection.connect(fresh.dsn)
    async with connection:
        for start in range(1, COUNT + 1, at_once):
            batch = [message(service, n) for n in range(start, min(start + at_once, COUNT + 1))]
            for dies in (True, False) if start % 3 == 0 else (False,):
                async with connection.transaction(force_rollback=dies):
                    await LedgerWriter(service).apply(connection, batch, Standing(NOW))


async def watch(trees: Trees, done: asyncio.Event) -> int:
    """Whatever size a reader sees, the tree of that size is there whole and began with the last."""
    size, root, seen = 0, merkle.EMPTY, 0
    while not done.is_set():
        for shard in await trees.shards():
            now = await trees.root(shard.id, shard.size)
            proof = merkle.consistency(size, shard.size) if size else []
            hashes = await trees.hashes(shard.id, proof)
            assert merkle.consistent(size, shard.size, hashes, root, now)
            assert len(await trees.records(0, shard.size)) == shard.size
            seen += shard.size > size
            size, root = shard.size, now
        await asyncio.sleep(0)
    return seen


async def test_one_ledger(engines: Engines) -> None:
    fresh = engines.fresh("audit")
    async with fresh.opened() as opened:
        trees, done = Trees(opened.database), asyncio.Event()
        watching = asyncio.create_task(watch(trees, done))
        await asyncio.gather(
            *(write(fresh, service, AT_ONCE + more) for service in SERVICES for more in (0, 4))
        )
        done.set()
        assert await watching > 2, "it was looked at while it grew"

        total = len(SERVICES) * COUNT
        [shard] = await trees.shards()
        records = await trees.records(0, total)
        assert (shard.size, len(records)) == (total, total)
        tiles = merkle.grown(0, {}, map(merkle.leaf_hash, records))
        assert await trees.root(shard.id, total) == merkle.hash_of(merkle.whole(total), tiles)
    with psycopg.connect(fresh.dsn) as connection:
        ledger = connection.execute("SELECT index, service, position FROM ledger ORDER BY index")
        rows = ledger.fetchall()
        assert [index for index, _, _ in rows] == list(range(total))
        for service in SERVICES:
            assert [p for _, s, p in rows if s == service] == list(range(1, COUNT + 1))
        for table in ("gaps", "disagreements", "dead_letters"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
        for person in (SERVICE_USER, OTHER):
            numbers = connection.execute(
                "SELECT number FROM numbers WHERE subject = %s ORDER BY index", (str(person),)
            )
            assert numbers.fetchall() == [(number,) for number in range(1, total // 2 + 1)]

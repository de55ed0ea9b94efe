"""A ledger from before there were trees gets those it would have grown, but for the salts: each
leaf says the same with salts of its own, and the tree is made of these leaves."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from services.audit.consumer import LedgerWriter
from services.audit.policy import SALT_BYTES, Leaf, Numbered
from shared.eventstore.cloudevents import Message
from shared.kernel.merkle import grown as made_of
from shared.kernel.merkle import leaf_hash
from shared.platform.migrations import migrate
from tests.support.build import NOW, SERVICE_USER
from tests.support.clocks import Standing
from tests.support.engines import Engines
from tests.support.ledger import OTHER

pytestmark = pytest.mark.anyio
PLANTED = ("shards", "leaves", "numbers", "tiles")
SAME = (
    "SELECT * FROM shards ORDER BY 1",
    "SELECT subject, number, index FROM numbers ORDER BY 1, 2",
    "SELECT shard, level, number, length(hashes) FROM tiles ORDER BY 1, 2, 3",
)
BATCHES = (1, 255, 1, 300, 43)


def message(position: int) -> Message:
    """About one person or the other, or about nobody who can be made out."""
    event_id = str(uuid4())
    person = (SERVICE_USER, OTHER)[position % 3 % 2]
    body = {
        "id": event_id, "type": "countersign.notes.record-read.v1", "time": NOW.isoformat(),
        "actor": {"staff_id": "nurse-1", "name": "Nurse 1", "role": "nurse", "registration": None},
        "subject": str(person), "team": None,
        "resource": {"kind": "access", "id": event_id, "stream": event_id, "version": 1},
        "data": {"service_user_ids": [str(SERVICE_USER), str(person)][: position % 4]},
    }  # fmt: skip
    raw = b"no event" if position % 50 == 0 else json.dumps(body).encode()
    previous = (position - 1) << 12
    return Message(0, position << 12, previous, event_id, str(body["type"]), raw, None)


async def test_the_same_trees_as_if_they_had_grown(engines: Engines) -> None:
    live, old = engines.fresh("audit"), engines.empty("audit")
    writer, position = LedgerWriter("notes"), 0
    connection = await psycopg.AsyncConnection.connect(live.dsn)
    async with connection:
        for number, count in enumerate(BATCHES):
            messages = [message(position + each) for each in range(1, count + 1)]
            position += count
            async with connection.transaction():
                await writer.apply(connection, messages, Standing(NOW + timedelta(seconds=number)))

    migrate("audit", old.owner_dsn, "0004")
    with psycopg.connect(live.dsn) as held, psycopg.connect(old.superuser_dsn) as before:
        for table in ("ledger", "subjects"):
            copied = f"COPY {table} ("
            columns = held.execute(f"SELECT * FROM {table} LIMIT 0").description or ()
            copied += ", ".join(f'"{each.name}"' for each in columns) + ")"
            with (
                held.cursor().copy(f"{copied} TO STDOUT") as taken,
                before.cursor().copy(f"{copied} FROM STDIN") as put,
            ):
                for data in taken:
                    put.write(data)
        before.execute("UPDATE ledger_size SET size = %s", (sum(BATCHES),))
        # A migration takes as long as it takes, whatever ends others' transactions.
        database = sql.Identifier(before.info.dbname)
        limit = sql.SQL("ALTER DATABASE {} SET transaction_timeout = '1ms'")
        before.execute(limit.format(database))
    migrate("audit", old.owner_dsn)
    forever = "-c transaction_timeout=0"
    with (
        psycopg.connect(live.dsn) as grown,
        psycopg.connect(old.dsn, options=forever) as planted,
    ):
        for query in SAME:
            found = planted.execute(query).fetchall()
            assert found == grown.execute(query).fetchall(), query
            assert found, query
        assert leaves(planted, salted=False) == leaves(grown, salted=False)
        for each in (planted, grown):
            records = each.execute("SELECT record FROM leaves ORDER BY index").fetchall()
            assert [bytes(record) for (record,) in records] == leaves(each)
            tiles = each.execute("SELECT level, number, hashes FROM tiles").fetchall()
            assert made_of(0, {}, [*map(leaf_hash, leaves(each))]) == {
                (level, number): bytes(hashes) for level, number, hashes in tiles
            }
        assert len({*salts(planted), *salts(grown)}) == 2 * len(salts(grown)) > 0
        assert {len(each) for each in salts(planted)} == {SALT_BYTES}


def leaves(connection: psycopg.Connection[Any], *, salted: bool = True) -> list[bytes]:
    """What the leaves must be by the ledger's rows and numbers; or would be, all salts being the
    same."""
    people: dict[int, list[Numbered]] = {}
    for who, number, index, salt in connection.execute(
        "SELECT subject, number, index, salt FROM numbers"
    ).fetchall():
        each = Numbered(who, number, bytes(salt) if salted else bytes(SALT_BYTES))
        people.setdefault(index, []).append(each)
    rows: list[tuple[Any, ...]] = connection.execute(
        "SELECT index, service, position, previous, event_id, type, digest, length(body),"
        " recorded_at FROM ledger ORDER BY index"
    ).fetchall()
    return [
        Leaf(*row[1:9], people=tuple(people.get(row[0], ()))).record  # type: ignore[misc]
        for row in rows
    ]


def salts(connection: psycopg.Connection[Any]) -> list[bytes]:
    return [bytes(row[0]) for row in connection.execute("SELECT salt FROM numbers").fetchall()]


async def test_an_empty_ledger_has_no_trees(engines: Engines) -> None:
    old = engines.empty("audit")
    migrate("audit", old.owner_dsn, "0004")
    migrate("audit", old.owner_dsn)
    with psycopg.connect(old.dsn) as planted:
        for table in PLANTED:
            assert planted.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table

"""A ledger from before there were trees gets the ones it would have grown."""

import json
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from services.audit.consumer import LedgerWriter
from shared.eventstore.cloudevents import Message
from shared.platform.migrations import migrate
from tests.support.build import NOW, SERVICE_USER
from tests.support.clocks import Standing
from tests.support.engines import Engines
from tests.support.ledger import OTHER

pytestmark = pytest.mark.anyio
PLANTED = ("shards", "leaves", "numbers", "tiles")
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
        for table in PLANTED:
            everything = f"SELECT * FROM {table} ORDER BY 1, 2"
            found = planted.execute(everything).fetchall()
            assert found == grown.execute(everything).fetchall(), table
            assert found, table


async def test_an_empty_ledger_has_no_trees(engines: Engines) -> None:
    old = engines.empty("audit")
    migrate("audit", old.owner_dsn, "0004")
    migrate("audit", old.owner_dsn)
    with psycopg.connect(old.dsn) as planted:
        for table in PLANTED:
            assert planted.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table

"""Data keys as the stream of keys has them: those the store lost, and those destroyed since.

A store that was set back may lack the keys of what is taken back, and may hold such as were
destroyed in the meantime. Those are destroyed again, whoever owns them: nothing else tells their
owner (ADR 9). What is held of a key that lives is left as it is.
"""

import base64
from typing import Any

import psycopg
from nats.aio.client import Client
from nats.aio.msg import Msg
from pydantic_core import from_json

from shared.eventstore.cloudevents import KEYS, Names
from shared.eventstore.database import Database
from shared.eventstore.documents import clear
from shared.eventstore.stream import count_subjects
from shared.platform.service import Service
from shared.platform.subscription import Durable, subscribed

TAKE = """
INSERT INTO keys.data_keys AS mine
  (key_id, subject, owner, wrapped, kek, created_at, destroyed_at, handed_over)
VALUES (%(key_id)s, %(subject)s, %(owner)s, %(wrapped)s, %(kek)s, %(created_at)s,
        %(destroyed_at)s, true)
ON CONFLICT (key_id) DO UPDATE
SET wrapped = NULL, kek = NULL, destroyed_at = excluded.destroyed_at, handed_over = true
WHERE mine.destroyed_at IS NULL AND excluded.destroyed_at IS NOT NULL
  AND mine.owner = excluded.owner
RETURNING subject, wrapped IS NULL AS destroyed
"""
LIVE = "SELECT FROM keys.data_keys WHERE subject = %s AND destroyed_at IS NULL"
Connection = psycopg.AsyncConnection[Any]


class KeysTaken:
    """How many keys came back, and whose were destroyed."""

    def __init__(self) -> None:
        self.taken = 0
        self.destroyed: list[str] = []


async def take_keys(
    database: Database, nats: Client, service: Service, names: dict[str, Names]
) -> KeysTaken:
    """Take what the stream says of every owner's keys that the service has."""
    done = KeysTaken()
    connection = await database.connect()
    try:
        for owner, named in names.items():
            count = await count_subjects(nats, KEYS, named.keys)
            durable = Durable(KEYS, f"{service.name}-keys-from-{owner}", named.keys)
            while count and not await _all(connection, nats, durable, service, owner, done):
                continue
    finally:
        await connection.close()
    return done


async def _all(
    connection: Connection, nats: Client, durable: Durable, service: Service, owner: str,
    done: KeysTaken,
) -> bool:  # fmt: skip
    """From the first to the last. False when some got lost on their way: begin again."""
    delivered = 0
    async with subscribed(nats, durable, 1) as batches:
        async for batch in batches:
            if batch[-1].metadata.sequence.consumer != delivered + len(batch):
                return False
            delivered += len(batch)
            async with connection.transaction():
                for msg in batch:
                    await _take(connection, service, owner, msg, done)
            await batch[-1].ack()
            if not batch[-1].metadata.num_pending:
                return True
    return False


async def _take(
    connection: Connection, service: Service, owner: str, msg: Msg, done: KeysTaken
) -> None:
    said = from_json(msg.data)
    wrapped = said["wrapped"]
    key = {**said, "owner": owner, "wrapped": wrapped and base64.b64decode(wrapped)}
    changed = await (await connection.execute(TAKE, key)).fetchone()
    if changed is None:
        return
    subject, destroyed = changed
    if not destroyed:
        done.taken += 1
        return
    done.destroyed.append(subject)
    if not (await connection.execute(LIVE, (subject,))).rowcount:
        await clear(connection, service.read_models, subject)

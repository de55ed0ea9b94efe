"""Data keys as others have them: those the store lost, and those destroyed since.

A store that was set back may lack the keys of what is taken back, and may hold such as were
destroyed in the meantime. Those are destroyed again, whoever owns them: nothing else tells their
owner (ADR 9). What is held of a key that lives is left as it is.
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import psycopg

from countersign.recover.copies import Copy, Said
from shared.eventstore.database import Database
from shared.eventstore.documents import clear
from shared.platform.service import Service

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
log = logging.getLogger(__name__)


class KeysTaken:
    """How many keys came back, and whose were destroyed."""

    def __init__(self) -> None:
        self.taken = 0
        self.destroyed: list[str] = []


async def take_keys(
    database: Database, copy: Copy, service: Service, owners: Sequence[str], *, only_list: bool
) -> KeysTaken:
    """Take what a copy says of every owner's keys that the service has: all, or with `only_list`
    nothing."""
    done = KeysTaken()
    connection = await database.connect()
    try:
        for owner in owners:
            take = partial(_take, connection, service, owner, done, only_list=only_list)
            await copy.keys(owner, take)
    finally:
        await connection.close()
    return done


async def _take(
    connection: Connection,
    service: Service,
    owner: str,
    done: KeysTaken,
    keys: Sequence[Said],
    *,
    only_list: bool,
) -> None:
    async with connection.transaction(force_rollback=only_list):
        for key in keys:
            try:
                async with connection.transaction():
                    await _take_one(connection, service, {**asdict(key), "owner": owner}, done)
            except (psycopg.DataError, psycopg.IntegrityError) as error:
                log.warning("key %s of %s: passed over (%s)", key.key_id, owner, error.sqlstate)


async def _take_one(
    connection: Connection, service: Service, key: dict[str, Any], done: KeysTaken
) -> None:
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

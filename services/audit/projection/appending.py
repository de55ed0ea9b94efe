"""Appending to the ledger: raw bytes, their leaf, each person's running number with its salt, and
the tree, in one transaction."""

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import text

from services.audit.policy import LEDGER as OWN
from services.audit.policy import LINK, SALT_BYTES, Leaf, numbered, shard_of
from services.audit.projection.tables import LEAF_ROWS, LEDGER_ROWS, NUMBER_ROWS, SHARD_ROWS
from services.audit.projection.tree import (
    Shard,
    growth,
    last_numbers,
    open_shard,
    root_within,
)
from shared.eventstore.cloudevents import Message
from shared.eventstore.sql import Prepared, Write
from shared.kernel.clock import Clock
from shared.kernel.ids import new_id
from shared.kernel.merkle import leaf_hash
from shared.platform.projecting import Connection, run

LOCK = "SELECT size FROM ledger_size FOR UPDATE"
"""Holding this row is what makes the index gapless: the next batch waits for this one's commit."""
LAST = "SELECT recorded_at FROM ledger ORDER BY index DESC LIMIT 1"
SALT = partial(os.urandom, SALT_BYTES)
_SIZE = Prepared(text("UPDATE ledger_size SET size = :size"), name="ledger_size")


@dataclass(frozen=True, slots=True)
class Said:
    """A message, and whom it is about as far as it can be read."""

    message: Message
    people: tuple[str, ...]


async def begin(connection: Connection, clock: Clock) -> tuple[Shard, datetime]:
    """Take the ledger for this transaction. Returns the shard that events recorded now go into,
    with its size, and what now is: never before what is recorded already, so that what was
    recorded by a moment is where the ledger begins.

    In a new year that is a new shard. Its first leaf says how the last one ended: `closed`, `size`
    and `root` (hex), in JSON.
    """
    await connection.execute(LOCK)
    cursor = await connection.execute(LAST)
    last = await cursor.fetchone()
    now = max(clock.now(), last[0]) if last else clock.now()
    shard, year = await open_shard(connection), shard_of(now)
    if shard is None:
        await run(connection, [SHARD_ROWS.row(id=year, first_index=0, opened_at=now)])
        return Shard(year, 0, 0, closed=False), now
    if shard.id >= year:  # a clock that was set back opens nothing
        return shard, now
    ended = {
        "closed": shard.id,
        "size": shard.size,
        "root": (await root_within(connection, shard)).hex(),
    }
    first = shard.first_index + shard.size
    link = Message(
        sequence=0,
        position=first,
        previous=shard.first_index,
        event_id=str(new_id()),
        type=LINK,
        body=json.dumps(ended, sort_keys=True, separators=(",", ":")).encode(),
        traceparent=None,
    )
    await run(connection, [SHARD_ROWS.row(id=year, first_index=first, opened_at=now)])
    opened = Shard(year, first, 0, closed=False)
    await append(connection, opened, OWN, [Said(link, ())], now)
    return Shard(year, first, 1, closed=False), now


async def append(
    connection: Connection,
    shard: Shard,
    service: str,
    said: Sequence[Said],
    now: datetime,
    beside: Iterable[Write] = (),
) -> None:
    """Put messages into the ledger after all that is in it, the first at index `first_index` +
    `size` of the shard that `begin` gave; and write what belongs `beside` them."""
    last = await last_numbers(connection, {who for each in said for who in each.people})
    writes: list[Write] = []
    hashes = []
    start = shard.first_index + shard.size
    for index, each in enumerate(said, start=start):
        message = each.message
        leaf = Leaf(
            service=service,
            position=message.position,
            previous=message.previous,
            event_id=message.event_id,
            type=message.type,
            digest=hashlib.sha256(message.body).digest(),
            size=len(message.body),
            recorded_at=now,
            people=numbered(each.people, last, SALT),
        )
        record = leaf.record
        hashes.append(leaf_hash(record))
        writes.append(LEAF_ROWS.row(index=index, record=record))
        writes += (
            NUMBER_ROWS.row(subject=who, number=number, index=index, salt=salt)
            for who, number, salt in leaf.people
        )
        writes.append(
            LEDGER_ROWS.row(
                index=index,
                service=service,
                position=message.position,
                previous=message.previous,
                event_id=message.event_id,
                type=message.type,
                digest=leaf.digest,
                body=message.body,
                recorded_at=now,
            )
        )
    writes += await growth(connection, shard.id, shard.size, hashes)
    writes.append(_SIZE.write(size=start + len(said)))
    await run(connection, [*writes, *beside])

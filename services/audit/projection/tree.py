"""The trees over the ledger: growing the one that is open, and what is worked out of tiles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.rows import dict_row
from sqlalchemy import Integer, bindparam, func, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger, Text

from services.audit.projection.tables import LEAVES, NUMBERS, SHARDS, TILE_ROWS, TILES
from shared.eventstore.database import Database, Rows
from shared.eventstore.sql import Prepared, Write
from shared.kernel.merkle import Range, Tile, edge, grown, hash_of, tiles_of, whole
from shared.platform.projecting import Connection

_SHARDS = Prepared(
    select(
        SHARDS.c.id,
        SHARDS.c.first_index,
        (
            func.coalesce(
                func.lead(SHARDS.c.first_index).over(order_by=SHARDS.c.first_index),
                text("(SELECT size FROM ledger_size)"),
            )
            - SHARDS.c.first_index
        ).label("size"),
        func.lead(SHARDS.c.first_index)
        .over(order_by=SHARDS.c.first_index)
        .is_not(None)
        .label("closed"),
    ).order_by(SHARDS.c.first_index)
)
_WANTED = (
    func.unnest(
        bindparam("levels", type_=ARRAY(Integer)), bindparam("numbers", type_=ARRAY(BigInteger))
    )
    .table_valued("level", "number")
    .render_derived("wanted")
)
_TILES = Prepared(
    select(TILES.c.level, TILES.c.number, TILES.c.hashes)
    .select_from(_WANTED)
    .join(TILES, (TILES.c.level == _WANTED.c.level) & (TILES.c.number == _WANTED.c.number))
    .where(TILES.c.shard == bindparam("shard"))
)
_RECORDS = Prepared(
    select(LEAVES.c.record)
    .where(LEAVES.c.index >= bindparam("first"), LEAVES.c.index < bindparam("end"))
    .order_by(LEAVES.c.index)
)
_WHO = func.unnest(bindparam("people", type_=ARRAY(Text))).table_valued("id").render_derived("who")
_NEWEST = (
    select(NUMBERS.c.number)
    .where(NUMBERS.c.subject == _WHO.c.id)
    .order_by(NUMBERS.c.number.desc())
    .limit(1)
    .lateral()
)
_LAST_NUMBERS = Prepared(
    select(_WHO.c.id, _NEWEST.c.number).select_from(_WHO).join(_NEWEST, true())
)


@dataclass(frozen=True, slots=True)
class Shard:
    """One tree: the leaves from `first_index` of the ledger on, as many as `size`.

    A closed one grows no more: its size and root are in the first leaf of the next.
    """

    id: str
    first_index: int
    size: int
    closed: bool


class Trees:
    """Queries of the trees, as far as they are committed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def shards(self) -> list[Shard]:
        """All of them, the one that is open last; none before the first event."""
        return [Shard(**row) for row in await self._database.fetch(_SHARDS)]

    async def tiles(self, shard: str, wanted: Iterable[Tile]) -> dict[Tile, bytes]:
        """Tiles as wide as they are now; without those that don't exist."""
        rows = await self._database.fetch(_TILES, **_asked(shard, wanted))
        return _tiles(rows)

    async def hashes(self, shard: str, ranges: Sequence[Range]) -> list[bytes]:
        """The hash of each range of a shard's leaves. KeyError or ValueError beyond its size."""
        tiles = await self.tiles(shard, tiles_of(ranges))
        return [hash_of(each, tiles) for each in ranges]

    async def records(self, first: int, count: int) -> list[bytes]:
        """Leaves from an index of the ledger on, as they are hashed into the tree."""
        rows = await self._database.fetch(_RECORDS, first=first, end=first + count)
        return [bytes(row["record"]) for row in rows]

    async def root(self, shard: str, size: int) -> bytes:
        """The root of a shard's first `size` leaves."""
        return (await self.hashes(shard, [whole(size)]))[0]


async def shards_within(connection: Connection) -> list[Shard]:
    """All shards, in a transaction."""
    return [Shard(**row) for row in await _fetch(connection, _SHARDS)]


async def open_shard(connection: Connection) -> Shard | None:
    """The shard that events go into, in a transaction that holds `ledger_size`."""
    return next(reversed(await shards_within(connection)), None)


async def root_within(connection: Connection, shard: Shard) -> bytes:
    """The root of a whole shard, in a transaction. KeyError or ValueError if tiles lack for it."""
    everything = whole(shard.size)
    rows = await _fetch(connection, _TILES, **_asked(shard.id, tiles_of([everything])))
    return hash_of(everything, _tiles(rows))


async def last_numbers(connection: Connection, people: Iterable[str]) -> dict[str, int]:
    """The last running number of each of these people that has one."""
    rows = await _fetch(connection, _LAST_NUMBERS, people=sorted(people))
    return {row["id"]: row["number"] for row in rows}


async def growth(
    connection: Connection, shard: str, size: int, leaves: Sequence[bytes]
) -> list[Write]:
    """What appending leaf hashes to a shard of a size writes."""
    partial = edge(size)
    rows = await _fetch(connection, _TILES, **_asked(shard, partial)) if partial else []
    changed = grown(size, _tiles(rows), leaves)
    return [
        TILE_ROWS.row(shard=shard, level=tile.level, number=tile.number, hashes=hashes)
        for tile, hashes in changed.items()
    ]


def _asked(shard: str, wanted: Iterable[Tile]) -> dict[str, Any]:
    each = sorted(wanted)
    levels, numbers = [tile.level for tile in each], [tile.number for tile in each]
    return {"shard": shard, "levels": levels, "numbers": numbers}


def _tiles(rows: Rows) -> dict[Tile, bytes]:
    return {Tile(row["level"], row["number"]): bytes(row["hashes"]) for row in rows}


async def _fetch(connection: Connection, query: Prepared, **params: Any) -> Rows:
    cursor = connection.cursor(row_factory=dict_row)
    await cursor.execute(query.sql, query.bind(params))
    return await cursor.fetchall()

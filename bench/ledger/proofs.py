"""Proofs out of tiles in PostgreSQL, from a tree of leaves that nobody published."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from time import perf_counter

from bench.ledger.ground import Ground
from bench.ledger.tables import Row, milliseconds
from services.audit.projection import Trees
from services.audit.projection.tables import SHARD_ROWS, TILE_ROWS
from shared.eventstore.database import Database
from shared.kernel.merkle import (
    Range,
    Tile,
    consistency,
    consistent,
    edge,
    grown,
    includes,
    inclusion,
    leaf_hash,
)
from shared.platform.projecting import run

SHARD = "2026"
TIMES = 500
CHUNK = 1 << 16


async def measure(there: Ground, database: str, leaves: int) -> tuple[Sequence[str], list[Row]]:
    """Each proof is checked, and the checking isn't timed."""
    async with there.opened(database) as opened:
        await _plant(opened, leaves)
        trees = Trees(opened)
        root, chance = await trees.root(SHARD, leaves), random.Random(leaves)  # noqa: S311
        included, followed, roots = [], [], []
        for _ in range(TIMES):
            index = chance.randrange(leaves)
            proof, took = await _timed(trees, lambda i=index: inclusion(i, leaves))  # type: ignore[misc]
            included.append(took)
            assert includes(_leaf(index), index, leaves, proof, root)
            first = chance.randrange(1, leaves)
            began = perf_counter()
            earlier = await trees.root(SHARD, first)
            roots.append(perf_counter() - began)
            proof, took = await _timed(trees, lambda f=first: consistency(f, leaves))  # type: ignore[misc]
            followed.append(took)
            assert consistent(first, leaves, proof, earlier, root)
    found = (("inclusion", included), ("consistency", followed), ("an earlier root", roots))
    return ("p50 ms", "p95 ms"), [(name, *milliseconds(took)) for name, took in found]


async def _timed(trees: Trees, plan: Callable[[], list[Range]]) -> tuple[list[bytes], float]:
    """A proof planned, its tiles fetched, and worked out."""
    began = perf_counter()
    proof = await trees.hashes(SHARD, plan())
    return proof, perf_counter() - began


async def _plant(database: Database, leaves: int) -> None:
    tiles: dict[Tile, bytes] = {}
    async with database.connection() as connection:
        await run(
            connection, [SHARD_ROWS.row(id=SHARD, first_index=0, opened_at=datetime.now(UTC))]
        )
        for start in range(0, leaves, CHUNK):
            more = [_leaf(index) for index in range(start, min(start + CHUNK, leaves))]
            changed = grown(start, {tile: tiles[tile] for tile in edge(start)}, more)
            tiles = {**{tile: tiles[tile] for tile in edge(start)}, **changed}
            await run(connection, [
                TILE_ROWS.row(shard=SHARD, level=tile.level, number=tile.number, hashes=hashes)
                for tile, hashes in changed.items()
            ])  # fmt: skip
        await connection.execute("UPDATE ledger_size SET size = %s", (leaves,))
        await connection.execute("ANALYZE tiles")


def _leaf(index: int) -> bytes:
    return leaf_hash(sha256(index.to_bytes(8)).digest())

"""The trees as anybody may read them: C2SP `tlog-tiles`, as far as published checkpoints go."""

import re
from typing import Any

from services.audit.application.signing import LedgerKeys
from services.audit.projection import Checkpoints, Shard, Signed, Trees
from shared.eventstore.database import Database
from shared.kernel.errors import NotFound
from shared.kernel.merkle import HASH_BYTES, TILE_HEIGHT, TILE_WIDTH, Tile, parse_number

PREFIX = "/v1/audit/ledger"
HIGHEST_LEVEL = 63
_LEVEL = re.compile(r"0|[1-9][0-9]?")
LENGTH_BYTES = 2


class Published:
    """What is served of each shard. None as shard means the newest: the one that is open.

    Whatever isn't there, or isn't written as it is served, raises `NotFound`.
    """

    def __init__(
        self, database: Database, keys: LedgerKeys, witnesses: tuple[str, ...] = ()
    ) -> None:
        self._keys = keys
        self._witnesses = witnesses
        self._trees = Trees(database)
        self._checkpoints = Checkpoints(database)

    async def overview(self) -> dict[str, Any]:
        """The shards, how far each is published, and every key that signs."""
        published = await self._checkpoints.newest_published()
        shards, keys = [], []
        for shard in await self._trees.shards():
            keys += [each.verifier.vkey for each in self._keys.signers(shard.id)]
            shards.append(
                {
                    "id": shard.id,
                    "origin": self._keys.origin_of(shard.id),
                    "url": f"{PREFIX}/{shard.id}",
                    "first_index": shard.first_index,
                    "size": published[shard.id].size if shard.id in published else 0,
                    "closed": shard.closed,
                }
            )
        return {
            "origin": self._keys.origin,
            "shards": shards,
            "keys": keys,
            "witnesses": [*self._witnesses],
        }

    async def checkpoint(self, shard: str | None) -> str:
        return (await self._head(shard)).note

    async def tile(self, shard: str | None, level: str, path: str) -> bytes:
        """A tile's hashes, exactly as wide as was asked."""
        if not _LEVEL.fullmatch(level) or int(level) > HIGHEST_LEVEL:
            raise NotFound()
        head = await self._head(shard)
        number, width = _within(path, head.size >> (TILE_HEIGHT * int(level)))
        tile = Tile(int(level), number)
        found = await self._trees.tiles(head.shard, [tile])
        return found[tile][: width * HASH_BYTES]

    async def entries(self, shard: str | None, path: str) -> bytes:
        """A bundle of leaves, each after its length: 16 bits, the highest first."""
        head = await self._head(shard)
        number, width = _within(path, head.size)
        first = (await self._shard(head.shard)).first_index + number * TILE_WIDTH
        records = await self._trees.records(first, width)
        return b"".join(len(each).to_bytes(LENGTH_BYTES) + each for each in records)

    async def _head(self, shard: str | None) -> Signed:
        """The newest checkpoint; of the newest shard that has one unless a shard is given."""
        named = [shard] if shard else [each.id for each in reversed(await self._trees.shards())]
        for each in named:
            if published := await self._checkpoints.published(each):
                return published
        raise NotFound("There is no checkpoint yet.")

    async def _shard(self, id: str) -> Shard:
        return next(each for each in await self._trees.shards() if each.id == id)


def _within(path: str, hashes: int) -> tuple[int, int]:
    """The number and width that a path names, within a level of so many hashes."""
    try:
        number, width = parse_number(path)
    except ValueError:
        raise NotFound() from None
    if number * TILE_WIDTH + width > hashes:
        raise NotFound()
    return number, width

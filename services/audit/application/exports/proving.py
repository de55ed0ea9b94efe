"""What proves an export: of each tree the signed checkpoint, and the fewest nodes that with the
export's leaves give its root."""

import asyncio
import base64
import json
from array import array
from bisect import bisect_left
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from services.audit.application.published import Published
from services.audit.application.signing import LedgerKeys
from services.audit.policy import besides
from services.audit.projection import Checkpoints, Exporting, Shard, Signed, Trees
from shared.contracts.audit import StatedTree
from shared.kernel.merkle import Node, consistency

NODES_AT_ONCE = 1_000


@dataclass
class Proven:
    """All trees up to the statement's, signed as far as an export needs them, each with the leaves
    of it that the export has. Older ones too of which it has none: a tree is believed only with
    those before it, which witnesses have known for longer."""

    statement: int
    trees: list[tuple[Shard, Signed]]
    leaves: dict[str, "array[int]"] = field(default_factory=dict)

    @property
    def home(self) -> Shard:
        """The tree that the statement is in."""
        return self.trees[-1][0]

    def took(self, index: int) -> None:
        """The export has this entry of the ledger; they come in order."""
        shard = next(each for each, _ in reversed(self.trees) if each.first_index <= index)
        self.leaves.setdefault(shard.id, array("q")).append(index - shard.first_index)


class Proving:
    def __init__(
        self,
        exporting: Exporting,
        trees: Trees,
        checkpoints: Checkpoints,
        published: Published,
        keys: LedgerKeys,
    ) -> None:
        self._exporting = exporting
        self._trees = trees
        self._checkpoints = checkpoints
        self._published = published
        self._keys = keys

    async def covered(self, export_id: UUID) -> Proven | None:
        """Once the export's statement is in the ledger and published checkpoints cover it and all
        that was before it; else None."""
        index = await self._exporting.statement(export_id)
        if index is None:
            return None
        found = []
        for shard in await self._trees.shards():
            if shard.first_index > index:
                break
            signed = await self._checkpoints.published(shard.id)
            needed = shard.size if shard.closed else index - shard.first_index + 1
            if signed is None or signed.size < needed:
                return None
            found.append((shard, signed))
        return Proven(index, found)

    async def statement(self, proven: Proven) -> dict[str, Any]:
        row = await self._exporting.leaf(proven.statement)
        return {
            "index": proven.statement,
            "shard": proven.home.id,
            "leaf_index": proven.statement - proven.home.first_index,
            **_whole(row),
        }

    async def tree(
        self, shard: Shard, signed: Signed, proven: Proven, stated: Sequence[StatedTree]
    ) -> AsyncIterator[bytes]:
        """`trees/<shard>.json`, a piece at a time."""
        before = next((each.size for each in stated if each.shard == shard.id), None)
        link = _whole(await self._exporting.leaf(shard.first_index)) if shard.first_index else None
        grew = consistency(before, signed.size) if before else []
        said = {
            "shard": shard.id,
            "origin": self._keys.origin_of(shard.id),
            "size": signed.size,
            "stated": before,
            "consistency": None
            if before is None
            else [each.hex() for each in await self._trees.hashes(shard.id, grew)],
            "link": link,
        }
        yield to_json(said)[:-1] + b',"nodes":['
        first = True
        async for nodes in self._nodes(shard, signed.size, self._leaves(shard, proven)):
            yield (b"" if first else b",") + to_json(nodes)[1:-1]
            first = False
        yield b"]}\n"

    async def keys(self) -> bytes:
        """`keys.txt`."""
        said = await self._published.overview()
        return "".join(f"{each}\n" for each in (*said["keys"], *said["witnesses"])).encode()

    async def stamps(self, signed: Signed) -> list[tuple[str, bytes]]:
        """The timestamps of a checkpoint, each with its name."""
        rows = await self._exporting.timestamps(signed.shard, signed.size)
        return [
            (f"timestamps/{signed.shard}-{signed.size}-{number}.tsr", bytes(row["token"]))
            for number, row in enumerate(rows, start=1)
        ]

    def _leaves(self, shard: Shard, proven: Proven) -> "array[int]":
        """The leaves of a tree that an export has, in order."""
        leaves = proven.leaves.get(shard.id, array("q"))[:]
        if shard.first_index and (not leaves or leaves[0] != 0):
            leaves.insert(0, 0)
        if shard is proven.home:
            own = proven.statement - shard.first_index
            at = bisect_left(leaves, own)
            if leaves[at : at + 1] != array("q", [own]):
                leaves.insert(at, own)
        return leaves

    async def _nodes(
        self, shard: Shard, size: int, leaves: "array[int]"
    ) -> AsyncIterator[list[tuple[int, int, str]]]:
        batch: list[Node] = []
        for node in besides(leaves, size):
            batch.append(node)
            if len(batch) == NODES_AT_ONCE:
                yield await self._hashed(shard, batch)
                batch = []
        if batch:
            yield await self._hashed(shard, batch)

    async def _hashed(self, shard: Shard, nodes: list[Node]) -> list[tuple[int, int, str]]:
        hashes = await self._trees.hashes(shard.id, [(each,) for each in nodes])
        await asyncio.sleep(0)
        return [(*node, each.hex()) for node, each in zip(nodes, hashes, strict=True)]


def _whole(row: dict[str, Any]) -> dict[str, str]:
    return {
        "leaf": bytes(row["record"]).decode(),
        "body": base64.b64encode(row["body"]).decode(),
    }


def canonical(manifest: dict[str, Any]) -> bytes:
    """`manifest.json`, of which there is one way to write it, so that each byte is checked."""
    return (json.dumps(manifest, sort_keys=True, indent=2) + "\n").encode()

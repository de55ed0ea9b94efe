"""Proofs: that an event is in a tree that is published, and that a tree grew out of another."""

import asyncio
import base64
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.audit.application.engagements import Engagements
from services.audit.application.questions import Questions
from services.audit.domain import NotInACheckpointYet
from services.audit.projection import Checkpoints, Shard, Trees
from shared.eventstore.database import Database
from shared.kernel import merkle
from shared.kernel.call import Call
from shared.kernel.errors import Malformed, NotFound

PATIENCE = 2.0
"""Seconds to wait for a checkpoint that covers an event."""
LOOK_EVERY = 0.05


class Proofs:
    """What is asked here is on record like any question. It needs no more than the event does."""

    def __init__(self, database: Database, engagements: Engagements, questions: Questions) -> None:
        self._engagements = engagements
        self._questions = questions
        self._trees = Trees(database)
        self._checkpoints = Checkpoints(database)

    async def inclusion(self, call: Call, event_id: UUID, size: int | None) -> dict[str, Any]:
        """The proof in a tree of a size, or in the newest one. Waits two seconds for one.

        Raises `NotInACheckpointYet`, `Malformed` for a tree that had not got so far, and what
        reading the event raises.
        """
        return await self._inclusion(call, event_id, size, "inclusion")

    async def receipt(self, call: Call, event_id: UUID) -> str:
        """The proof in the newest tree with its checkpoint, as C2SP `tlog-proof` writes it. The
        leaf goes with it, so that nothing else is needed to check it."""
        proof = await self._inclusion(call, event_id, None, "receipt")
        return "\n".join(
            (
                "c2sp.org/tlog-proof@v1",
                f"extra {_base64(proof['leaf'].encode())}",
                f"index {proof['leaf_index']}",
                *proof["hashes"],
                "",
                proof["checkpoint"],
            )
        )

    async def consistency(
        self, call: Call, first: int, second: int | None, shard: str | None
    ) -> dict[str, Any]:
        """That a shard's tree of a size grew out of a smaller one."""
        seen = await self._engagements.sight(call)
        asked = {"first": first, "second": second, "shard": shard}
        await self._questions.record(call, seen.engagement_id, "consistency", asked, 1)
        of = await self._shard(shard)
        second = await self._published(of, second, covers=0)
        if first > second:
            raise Malformed("first is larger than second", "first")
        ranges = [merkle.whole(first), merkle.whole(second), *merkle.consistency(first, second)]
        first_root, second_root, *hashes = await self._trees.hashes(of.id, ranges)
        return {
            "shard": of.id,
            "first": first,
            "second": second,
            "first_root": _base64(first_root),
            "second_root": _base64(second_root),
            "hashes": [*map(_base64, hashes)],
        }

    async def _inclusion(
        self, call: Call, event_id: UUID, size: int | None, operation: str
    ) -> dict[str, Any]:
        row, _, under = await self._questions.located(call, event_id, operation)
        about = {"service_user_id": row["person"], "event_id": event_id}
        await self._questions.record(call, under.id, operation, about, 1)
        shard = await self._holding(row["index"])
        place = row["index"] - shard.first_index
        size = await self._published(shard, size, covers=place + 1)
        if size <= place:
            raise Malformed("The event is not in a tree of this size.", "size")
        [leaf] = await self._trees.records(row["index"], 1)
        ranges = [merkle.whole(size), *merkle.inclusion(place, size)]
        root, *hashes = await self._trees.hashes(shard.id, ranges)
        checkpoint = await self._checkpoints.at(shard.id, size)
        return {
            "event_id": event_id,
            "index": row["index"],
            "shard": shard.id,
            "leaf_index": place,
            "size": size,
            "leaf": leaf.decode(),
            "leaf_hash": _base64(merkle.leaf_hash(leaf)),
            "root": _base64(root),
            "hashes": [*map(_base64, hashes)],
            "checkpoint": checkpoint.note if checkpoint else None,
        }

    async def _published(self, shard: Shard, size: int | None, covers: int) -> int:
        """The size that is asked for, or the newest that covers so many leaves, when published."""
        needed = max(size or 1, covers)
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            published = await self._checkpoints.published(shard.id)
            if published and published.size >= needed:
                return size or published.size
            if asyncio.get_running_loop().time() >= deadline:
                raise NotInACheckpointYet()
            await asyncio.sleep(LOOK_EVERY)

    async def _holding(self, index: int) -> Shard:
        return _last([s for s in await self._trees.shards() if s.first_index <= index])

    async def _shard(self, id: str | None) -> Shard:
        return _last([s for s in await self._trees.shards() if id in (None, s.id)])


def _last(shards: Sequence[Shard]) -> Shard:
    if not shards:
        raise NotFound("There is no such shard.")
    return shards[-1]


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()

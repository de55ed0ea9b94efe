"""Signing the trees: a checkpoint of what has grown, by every key, before anybody is shown it.

A root is worked out of tiles that are committed, and only signed if the same tiles still give the
last root that was signed. The checkpoint is on record before it is published; whatever dies in
between, the next look publishes that one.
"""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from services.audit.projection import Checkpoints, Shard, Signed, TreeChanged, Trees
from shared.eventstore.database import Database
from shared.kernel.call import Call
from shared.kernel.clock import Clock
from shared.platform.settings import MalformedSetting
from shared.platform.signed_note import Checkpoint, MalformedNote, Signer, note

ALL_EVERY = timedelta(hours=1)
"""How often shards are checked that didn't grow, and old checkpoints thinned."""
log = logging.getLogger(__name__)


class LedgerKeys:
    """The ledger's keys. A shard's origin, which is the name of its keys too, is the ledger's with
    the shard's id."""

    def __init__(self, origin: str, seeds: tuple[str, ...]) -> None:
        self.origin = origin
        self._seeds = seeds

    @classmethod
    def parse(cls, origin: str, lines: str) -> "LedgerKeys":
        """From base64 seeds, a line each. Raises `MalformedSetting`, which says which line."""
        seeds = tuple(line.strip() for line in lines.splitlines() if line.strip())
        if not seeds or len(set(seeds)) < len(seeds):
            raise MalformedSetting("ledger_keys", "there is no key, or one of them twice")
        for number, seed in enumerate(seeds, start=1):
            try:
                Signer.parse(origin, seed)
            except MalformedNote as malformed:
                raise MalformedSetting("ledger_keys", f"line {number}: {malformed}") from None
        return cls(origin, seeds)

    def origin_of(self, shard: str) -> str:
        return f"{self.origin}/{shard}"

    def signers(self, shard: str) -> list[Signer]:
        return [Signer.parse(self.origin_of(shard), seed) for seed in self._seeds]

    def note(self, shard: str, size: int, root: bytes) -> str:
        """The checkpoint of a tree, signed by every key: always the same of the same tree."""
        text = Checkpoint(self.origin_of(shard), size, root).text
        return note(text, (signer.sign(text) for signer in self.signers(shard)))


class Publishing(Protocol):
    """What stands between signing a checkpoint and serving it."""

    async def publish(self, signed: Signed, at: datetime) -> str | None:
        """The note to serve: the one that was signed, with others' signatures if there are any.

        None if it must not be served (yet): it, or a later one, is tried again at the next look.
        May be called again for the same checkpoint, by two processes at once too.
        """
        ...


class Signing:
    """A job of the leading worker. Two leaders at once sign nothing that contradicts."""

    def __init__(
        self,
        database: Database,
        keys: LedgerKeys,
        clock: Clock,
        publishing: Publishing,
    ) -> None:
        self.keys = keys
        self._trees = Trees(database)
        self._checkpoints = Checkpoints(database)
        self._publishing = publishing
        self._clock = clock
        self._all_at: datetime | None = None
        self._changed: set[str] = set()
        self._covered_at: datetime | None = None
        self._size: int | None = None
        self._signed_size = 0

    def checks(self) -> Mapping[str, str]:
        """How it stands, for readiness."""
        return {"ledger": "tree_changed" if self._changed else "ok"}

    def measures(self) -> Iterator[Metric]:
        """How far the ledger is signed, as the worker that leads last saw it."""
        if self._size is None or self._covered_at is None:
            return
        age = max(0.0, (self._clock.now() - self._covered_at).total_seconds())
        for name, text, value in (
            ("size", "Leaves of the shard that is open", self._size),
            ("signed_size", "Leaves of it that are signed and published", self._signed_size),
            ("head_age_seconds", "Since a published checkpoint last covered the ledger", age),
            (
                "tree_changed",
                "Shards that don't give the root that was signed of them",
                len(self._changed),
            ),
        ):
            yield GaugeMetricFamily(f"countersign_ledger_{name}", text, value)

    async def look(self, call: Call) -> int:
        """Sign what isn't signed and publish what isn't published: at most one checkpoint of each
        shard, so that a busy ledger isn't signed for each of its leaves."""
        everything = self._all_at is None or not (
            timedelta(0) <= call.at - self._all_at < ALL_EVERY
        )
        newest = await self._checkpoints.newest()
        shards = await self._trees.shards()
        for shard in shards:
            await self._look_at(shard, newest.get(shard.id), call.at, everything)
        if everything:
            await self._checkpoints.thin(call.at)
            self._all_at = call.at
        await self._measure(shards, call.at)
        return 0

    async def _look_at(
        self, shard: Shard, signed: Signed | None, at: datetime, everything: bool
    ) -> None:
        if everything or signed is None or signed.size != shard.size:
            signed = await self._sign(shard.id, at)
        if signed and signed.published_at is None:
            served = await self._publishing.publish(signed, at)
            if served is not None:
                await self._checkpoints.publish(signed.shard, signed.size, served, at)

    async def _sign(self, shard: str, at: datetime) -> Signed | None:
        def sign(size: int, root: bytes) -> str:
            return self.keys.note(shard, size, root)

        try:
            signed = await self._checkpoints.sign(shard, sign, at)
        except TreeChanged as changed:
            if shard not in self._changed:
                log.critical("the ledger is not signed any more, its tree has changed: %s", changed)
            self._changed.add(shard)
            return None
        self._changed.discard(shard)
        return signed

    async def _measure(self, shards: list[Shard], at: datetime) -> None:
        for shard in shards[-1:]:
            published = await self._checkpoints.published(shard.id)
            self._size, self._signed_size = shard.size, published.size if published else 0
            if published and published.size >= shard.size:
                self._covered_at = at
            elif self._covered_at is None:
                # Who begins to lead doesn't begin to count: it covered it when it was published.
                self._covered_at = published.published_at if published else at
        if not shards:
            self._covered_at, self._size = at, 0

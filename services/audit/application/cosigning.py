"""Between signing a checkpoint and serving it: what the witnesses say (ADR 17)."""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from services.audit.application.witnesses import IMPATIENCE, PATIENCE, Said, Witness
from services.audit.policy import Verdict, after, may_publish
from services.audit.projection import Checkpoints, Signed, Trees, Witnessed, Witnessings
from shared.eventstore.database import Database
from shared.kernel.call import Call
from shared.kernel.merkle import consistency
from shared.platform.signed_note import joined

STATES = (Verdict.COSIGNED, Verdict.AWAY, Verdict.REFUSES, Verdict.CONTRADICTS)
log = logging.getLogger(__name__)


class Cosigning:
    """A checkpoint is published with the cosignatures of all witnesses that answer, and not at all
    if one of them contradicts it. `look` is a job of its own: it asks those again who didn't."""

    def __init__(self, database: Database, witnesses: Sequence[Witness]) -> None:
        self.witnesses = tuple(witnesses)
        self._trees = Trees(database)
        self._checkpoints = Checkpoints(database)
        self._witnessings = Witnessings(database)
        self._standing: dict[tuple[str, str], Witnessed] = {}
        self._complete: set[tuple[str, int]] = set()

    def checks(self) -> Mapping[str, str]:
        """How they stand, for readiness; what contradicts comes first."""
        if not self.witnesses:
            return {}
        known = {each.id: each.verifier.name for each in self.witnesses}
        trouble = {
            f"{each.state.value}: {known[each.witness]}"
            for each in self._standing.values()
            if each.witness in known and each.state is not Verdict.COSIGNED
        }
        return {"witnesses": ", ".join(sorted(trouble, key=_worst_first)) or "ok"}

    def measures(self) -> Iterator[Metric]:
        """Shards by what each witness last said of them, as the worker that leads knows it."""
        shards = GaugeMetricFamily(
            "countersign_ledger_witness_shards",
            "Shards of the ledger, by what the witness last said of each",
            labels=["witness", "state"],
        )
        for witness in self.witnesses:
            of_it = [each.state for each in self._standing.values() if each.witness == witness.id]
            for state in STATES:
                shards.add_metric([witness.id, state.value], of_it.count(state))
        yield shards

    async def publish(self, signed: Signed, at: datetime) -> str | None:
        """The note to serve; None if a witness has seen another tree, or a later one of this."""
        if not self.witnesses:
            return signed.note
        await self._read()
        said = await asyncio.gather(
            *(self._ask(each, signed, at, self._patience(each, signed)) for each in self.witnesses)
        )
        states = [
            after(self._state(each, signed.shard), answer.verdict)
            for each, answer in zip(self.witnesses, said, strict=True)
        ]
        if not may_publish(states):
            return None
        return _with_all(signed.note, said)

    async def look(self, call: Call) -> int:
        """Ask for what lacks of the newest published checkpoint of each shard."""
        if not self.witnesses:
            return 0
        await self._read()
        for shard in await self._trees.shards():
            newest = await self._checkpoints.published(shard.id)
            if newest and (shard.id, newest.size) not in self._complete:
                await self._complete_one(newest, call.at)
        return 0

    async def _complete_one(self, newest: Signed, at: datetime) -> None:
        missing = [each for each in self.witnesses if not each.has_cosigned(newest.note)]
        said = await asyncio.gather(*(self._ask(each, newest, at, PATIENCE) for each in missing))
        note = _with_all(newest.note, said)
        if note != newest.note:
            await self._checkpoints.publish(newest.shard, newest.size, note, at)
        if all(each.cosigned for each in said):
            self._complete = {
                *(each for each in self._complete if each[0] != newest.shard),
                (newest.shard, newest.size),
            }

    async def _ask(self, witness: Witness, signed: Signed, at: datetime, patience: float) -> Said:
        async def prove(old: int) -> tuple[bytes, ...]:
            if not 0 < old < signed.size:
                return ()
            ranges = consistency(old, signed.size)
            return tuple(await self._trees.hashes(signed.shard, ranges))

        last = self._standing.get((signed.shard, witness.id))
        tree = next(each for each in await self._trees.shards() if each.id == signed.shard)
        old = last.size if last else 0
        said = await witness.ask(signed.note, signed.size, old, tree.size, prove, patience)
        await self._keep(witness, signed, said, at)
        return said

    async def _keep(self, witness: Witness, signed: Signed, said: Said, at: datetime) -> None:
        last = self._standing.get((signed.shard, witness.id))
        state = after(last.state if last else None, said.verdict)
        if state is Verdict.AHEAD:
            return
        changed = last is None or last.state is not state
        if changed:
            say = log.info if state is Verdict.COSIGNED else log.error
            say("witness %s: %s of shard %s at %s", witness.id, state, signed.shard, signed.size)
        elif last and last.size == said.size:
            return
        since = at if changed or last is None else last.at
        await self._witnessings.keep(Witnessed(signed.shard, witness.id, said.size, state, since))
        await self._read()

    async def _read(self) -> None:
        self._standing = {
            (each.shard, each.witness): each for each in await self._witnessings.all()
        }

    def _state(self, witness: Witness, shard: str) -> Verdict | None:
        last = self._standing.get((shard, witness.id))
        return last.state if last else None

    def _patience(self, witness: Witness, signed: Signed) -> float:
        return IMPATIENCE if self._state(witness, signed.shard) is Verdict.AWAY else PATIENCE


def _with_all(note: str, said: Sequence[Said]) -> str:
    for each in said:
        if each.cosigned:
            note = joined(note, each.cosigned)
    return note


def _worst_first(said: str) -> tuple[bool, str]:
    return not said.startswith(Verdict.CONTRADICTS.value), said

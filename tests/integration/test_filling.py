"""What the broker lost is asked for: it comes late, once, and the ledger is whole again."""

import json
from typing import Any

import psycopg
import pytest

from services.audit.projection import Trees
from shared.eventstore.unit_of_work import Unit
from shared.kernel.ids import new_id
from shared.kernel.merkle import includes, inclusion, leaf_hash
from tests.support.comparing import Ledgered, answering, ledgered, proved
from tests.support.engines import Engines
from tests.support.keeping import service_user

pytestmark = pytest.mark.anyio


async def _proofs_hold(each: Ledgered) -> None:
    """Every leaf is in the tree, and says what the ledger says."""
    trees = Trees(each.database)
    [shard] = await trees.shards()
    root = await trees.root(shard.id, shard.size)
    leaves = each.rows("SELECT index, record FROM leaves ORDER BY index")
    assert len(leaves) == shard.size
    said = {row[0]: row[1:] for row in each.rows("SELECT index, position, previous FROM ledger")}
    for index, record in leaves:
        proof = await trees.hashes(shard.id, inclusion(index, shard.size))
        assert includes(leaf_hash(record), index, shard.size, proof, root)
        leaf: dict[str, Any] = json.loads(record)
        assert (leaf["position"], leaf["previous"]) == said[index]
    proved(each.rows("SELECT subject, number FROM numbers"))


async def test_what_was_lost_comes_late(engines: Engines) -> None:
    async with ledgered(engines) as each:
        positions = await each.record(9)
        await each.lose(*positions[2:5], positions[6])
        await each.follow()
        kept = [p for p in positions if p not in (*positions[2:5], positions[6])]
        assert each.positions() == kept
        assert await each.fill() == 0, "nobody answers yet"
        assert len(await each.gaps.open(10)) == 2

        async with answering(engines, each.producer):
            assert await each.fill() == 4
            assert await each.fill() == 0
        assert each.positions() == [*kept, *positions[2:5], positions[6]]
        chain = each.rows("SELECT previous FROM ledger ORDER BY position")
        assert [row[0] for row in chain] == [0, *positions[:-1]]
        assert await each.gaps.open(10) == []
        assert await each.gaps.how_many() == {"referrals": (0, 2)}
        assert each.rows("SELECT count(*) FROM entries") == [(9,)]
        assert each.found() == []
        await _proofs_hold(each)


async def test_what_was_lost_before_all_that_is_held(engines: Engines) -> None:
    async with ledgered(engines) as each, answering(engines, each.producer):
        positions = await each.record(4)
        await each.lose(*positions[:2])
        await each.follow()
        assert await each.fill() == 2
        assert each.positions() == [*positions[2:], *positions[:2]]
        assert await each.gaps.how_many() == {"referrals": (0, 1)}


async def test_interrupted_and_done_by_two_at_once(engines: Engines) -> None:
    """Each leader's answers come in a transaction; what the other one appended is left out."""
    async with ledgered(engines) as each, answering(engines, each.producer):
        positions = await each.record(8)
        await each.lose(*positions[1:7])
        await each.follow()
        [gap] = await each.gaps.open(10)
        part = await each.asking.events("referrals", positions[0], positions[3])
        assert part is not None
        await each.late.append("referrals", part.events)
        await each.late.append("referrals", part.events)
        assert each.positions() == [positions[0], positions[7], *positions[1:3]]
        assert await each.gaps.open(10) == [gap], "it is not whole yet"
        assert await each.fill() == 4
        assert sorted(each.positions()) == positions
        await _proofs_hold(each)


async def test_a_chain_that_the_producer_does_not_have(engines: Engines) -> None:
    async with ledgered(engines) as each, answering(engines, each.producer):
        positions = await each.record(5)
        await each.lose(positions[2])
        await each.follow()
        each.as_superuser("DELETE FROM events WHERE position = %s", positions[2])
        assert await each.fill() == 0
        assert each.found() == [("chain", positions[3], True)]
        assert len(await each.gaps.open(10)) == 1, "never skipped"
        await each.check()
        assert each.found() == [("chain", positions[3], True)]


async def test_more_than_fits_one_answer(engines: Engines, monkeypatch: Any) -> None:
    monkeypatch.setattr("shared.eventstore.ranges.MOST_EVENTS", 2)
    monkeypatch.setattr("shared.eventstore.ranges.MOST_BYTES", 1)
    async with ledgered(engines) as each, answering(engines, each.producer):
        positions = await each.record(7)
        await each.lose(*positions[1:6])
        await each.follow()
        assert await each.fill() == 5
        assert sorted(each.positions()) == positions


async def test_what_may_still_be_overtaken_is_not_told(engines: Engines) -> None:
    """ADR 2: above the horizon nothing is settled."""
    async with ledgered(engines) as each, answering(engines, each.producer):
        positions = await each.record(2)
        asking = each.asking
        with psycopg.connect(each.audit.superuser_dsn) as earlier:
            earlier.execute("SELECT pg_current_xact_id()")
            stored = await each.producer.stored(service_user(new_id(), None))
            await each.producer.unit_of_work.commit(Unit(stored))
            part = await asking.events("referrals", positions[0], positions[1] + (1 << 40))
            assert part is not None
            assert [event.position for event in part.events] == positions[1:]
            assert part.more, "there may be more: it can't tell yet"

"""Caseloads count whoever is on them, and grow past their limit only for a reason given then."""

import asyncio
import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.referrals.domain import CaseloadFull, Place, Referral, Taken
from services.referrals.policy import DEFAULT
from services.referrals.projection import joins_caseload, leaves_caseload
from shared.contracts.referrals import ComplexityWeight
from shared.eventstore.sql import Write
from shared.eventstore.unit_of_work import ConstraintBroken, Unit
from shared.kernel.errors import Refusal
from tests.support.caseloads import MANAGER, Process
from tests.support.engines import Engines, Opened

pytestmark = pytest.mark.anyio
WORKERS = ("str-worker-1", "str-worker-2", "str-worker-3")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("join", "leave", "move")),
        st.sampled_from(WORKERS),
        st.integers(1, 3),
        st.integers(1, 2),
        st.booleans(),
    ),
    max_size=40,
)


@given(steps=STEPS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_a_caseload_grows_within_its_limit_or_for_a_reason(
    engines: Engines, steps: list[tuple[str, str, int, int, bool]]
) -> None:
    """Whatever came before: overrides that were used, people who left, limits that changed."""
    async with engines.fresh("referrals").opened() as opened:
        expected: dict[str, list[int]] = {worker: [] for worker in WORKERS}
        for step, worker, limit, weight, overriding in steps:
            leaving = _largest(expected, besides=worker) if step == "move" else worker
            if step != "join" and not expected[leaving]:
                continue
            writes: list[Write] = []
            after = {each: [*weights] for each, weights in expected.items()}
            if step != "join":
                writes.append(leaves_caseload(Taken(leaving, after[leaving].pop())))
            load = sum(after[worker]) + weight
            # Without a reason, somebody had looked while there still was room.
            place = Place(worker, weight, limit, load if overriding else min(load, limit))
            if step != "leave":
                writes.append(joins_caseload(place))
                after[worker].append(weight)
            if step == "leave" or overriding or load <= limit:
                await opened.unit_of_work.commit(Unit([], writes))
                expected = after
            else:
                with pytest.raises(ConstraintBroken, match="caseloads_within_limit"):
                    await opened.unit_of_work.commit(Unit([], writes))
            assert await Process(opened).open() == +Counter(
                {w: sum(e) for w, e in expected.items()}
            )


@pytest.mark.parametrize("meanwhile", [joins_caseload, leaves_caseload])
async def test_an_override_of_what_has_changed_is_refused(engines: Engines, meanwhile: Any) -> None:
    """Two saw twelve of twelve, or somebody left: the thirteenth is not what is said."""
    worker = WORKERS[0]
    async with engines.fresh("referrals").opened() as opened:
        for load in range(1, 13):
            await _commit(opened, joins_caseload(Place(worker, 1, 12, load)))
        seen = Place(worker, 1, 12, 13)
        await _commit(
            opened,
            leaves_caseload(Taken(worker, 1)) if meanwhile is leaves_caseload
            else joins_caseload(seen),
        )  # fmt: skip
        with pytest.raises(ConstraintBroken, match="caseloads_as_stated"):
            await _commit(opened, joins_caseload(seen))


async def test_moves_in_two_processes_lose_no_one(engines: Engines) -> None:
    """Everyone moves somewhere at once, in both directions: counts are who is there."""
    fresh = engines.fresh("referrals")
    async with fresh.opened() as one, fresh.opened() as two:
        both = [Process(one), Process(two)]
        for worker in WORKERS:
            await both[0].learn(worker)
        referrals = [await both[0].allocated(WORKERS[n % 3]) for n in range(24)]
        dice = random.Random(7)

        async def moves(process: Process, referral: Referral) -> None:
            for _ in range(4):
                to = dice.choice([each for each in WORKERS if each != referral.worker_id])
                try:
                    referral = await process.transferred(referral, to)
                except CaseloadFull:
                    continue
            if dice.random() < 0.3:
                await process.closed(referral)

        await asyncio.gather(*(moves(both[n % 2], each) for n, each in enumerate(referrals)))
        there = await both[1].there()
        assert await both[0].open() == there
        assert max(there.values()) <= DEFAULT.rules.caseload_limit
        shown = await both[0].reading.caseload(MANAGER, WORKERS[0])
        assert shown["open"] == shown["people"] == len(shown["items"]) == there[WORKERS[0]]
        assert shown["headroom"] == DEFAULT.rules.caseload_limit - shown["open"]


@pytest.mark.parametrize("free", [0, 3])
async def test_who_overrides_at_once_in_two_processes_says_what_is_so(
    engines: Engines, free: int
) -> None:
    """As many overrides as people past the limit, each with the load as it was, and no other."""
    worker, fresh = WORKERS[0], engines.fresh("referrals")
    async with fresh.opened() as one, fresh.opened() as two:
        both = [Process(one), Process(two)]
        await both[0].learn(worker)
        there = [await both[0].allocated(worker) for _ in range(12 - free)]
        more = [await both[0].accepted() for _ in range(8)]
        await asyncio.gather(
            *(both[n % 2].allocated(worker, each, "No one else.") for n, each in enumerate(more)),
            *(both[n % 2].closed(each) for n, each in enumerate(there[:4])),
        )
        overrides = await both[0].events("caseload-limit-overridden")
        assert all(each["load"] > each["limit"] == 12 for each in overrides)
        taken = 12 - free + 8 - 4
        assert await both[0].open() == await both[0].there() == {worker: taken}
        assert len(overrides) >= taken - 12
        if taken > 12:
            assert max(each["load"] for each in overrides) >= taken
        said = await both[0].opened.database.run(
            "SELECT metadata -> 'allocation' -> 'overridden' ->> 'load' AS load FROM referrals"
            " WHERE metadata #> '{allocation,overridden,load}' IS NOT NULL"
        )
        assert sorted(int(each["load"]) for each in said) == sorted(e["load"] for e in overrides)


async def test_one_person_is_on_one_caseload_of_a_team(engines: Engines) -> None:
    """Two managers, two referrals, two processes: one of them is told that it was done."""
    fresh = engines.fresh("referrals")
    async with fresh.opened() as one, fresh.opened() as two:
        both = [Process(one), Process(two)]
        for worker in WORKERS:
            await both[0].learn(worker)
        person = await both[0].person()
        referrals = [await both[0].accepted(person) for _ in range(2)]
        done = await asyncio.gather(
            *(both[n].allocated(WORKERS[n], each) for n, each in enumerate(referrals)),
            return_exceptions=True,
        )
        [refused] = [each for each in done if isinstance(each, Refusal)]
        [allocated] = [each for each in done if isinstance(each, Referral)]
        assert refused.code == "already_on_a_caseload"
        assert await both[0].open() == await both[0].there() == {allocated.worker_id: 1}
        await both[0].closed(allocated)
        [left] = [each for each in referrals if each.id != allocated.id]
        assert (await both[1].allocated(WORKERS[2], left)).worker_id == WORKERS[2]


async def test_places_are_given_back_as_they_were_taken(engines: Engines) -> None:
    """Policy may weigh otherwise by then."""
    async with engines.fresh("referrals").opened() as opened:
        process = Process(opened)
        for worker in WORKERS:
            await process.learn(worker)
        weights = (ComplexityWeight(complexity="complex", weight=3),)
        await process.publish(2, caseload_limit=4, weights=weights)
        heavy = await process.allocated(WORKERS[0], await process.accepted(complexity="complex"))
        await process.allocated(WORKERS[0])
        assert await process.open() == {WORKERS[0]: 4}
        with pytest.raises(CaseloadFull):
            await process.allocated(WORKERS[0])
        await process.publish(3, caseload_limit=4, weights=())
        moved = await process.transferred(heavy, WORKERS[1])
        assert await process.open() == await process.there() == {WORKERS[0]: 1, WORKERS[1]: 1}
        await process.closed(moved)
        assert await process.open() == {WORKERS[0]: 1}


async def _commit(opened: Opened, *writes: Write) -> None:
    await opened.unit_of_work.commit(Unit([], writes))


def _largest(caseloads: dict[str, list[int]], besides: str) -> str:
    return max((each for each in WORKERS if each != besides), key=lambda each: sum(caseloads[each]))

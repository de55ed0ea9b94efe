"""Registrations that are one person: learnt in any order, followed by ties and by lists."""

import itertools
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Column, MetaData, Table, Uuid, select

from shared.eventstore.sql import Prepared
from shared.platform.ties import Ties, override_is, unexcluded, visible
from tests.integration.test_ties import (
    REFERRAL,
    allocated,
    apply,
    bases,
    calling,
    escalated,
    merged,
    over,
    registered,
    restricted,
    separated,
)
from tests.support.build import NOW, SERVICE_USER
from tests.support.engines import Engines, Opened

pytestmark = pytest.mark.anyio
A, B, C, D = (UUID(f"01a00000-0000-7000-8000-0000000000a{n}") for n in range(4))
PEOPLE = Table("people", MetaData(), Column("id", Uuid))


@pytest.fixture
async def notes(engines: Engines) -> AsyncIterator[Opened]:
    async with engines.fresh("notes").opened() as opened:
        yield opened


async def same(opened: Opened, person: UUID) -> tuple[UUID, ...]:
    return (await Ties(opened.database).facts(calling("nurse-1"), person)).same


async def test_who_was_never_merged_is_one(notes: Opened) -> None:
    assert await same(notes, A) == (A,)
    assert (await Ties(notes.database).facts(calling("nurse-1"))).same == ()


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
async def test_chains_in_whatever_order_they_come(notes: Opened, order: tuple[int, ...]) -> None:
    """A into B, B into C; D into C and separated again. As when events were parked."""
    history = [merged(A, B, 2), merged(B, C, 3), merged(D, C, 2), separated(D, C, 3)]
    for number in order:
        await apply(notes, history[number], history[number])
    for each in (A, B, C):
        assert await same(notes, each) == (C, A, B)
    assert await same(notes, D) == (D,)
    await apply(notes, separated(B, C, 4), *history)
    assert [await same(notes, each) for each in (A, B, C)] == [(B, A), (B, A), (C,)]
    await apply(notes, merged(B, D, 5))
    assert [await same(notes, each) for each in (A, D, C)] == [(D, A, B), (D, A, B), (C,)]


async def test_all_in_one_batch(notes: Opened) -> None:
    await apply(notes, merged(A, B, 2), separated(A, B, 3), merged(A, C, 4), merged(C, D, 2))
    assert await same(notes, A) == (D, A, C)
    assert await same(notes, B) == (B,)


async def test_a_separation_that_is_late_doesn_t_stop_the_others(notes: Opened) -> None:
    """A was merged into B and separated, and then B into A: that separation is parked."""
    await apply(notes, merged(A, B, 2), merged(B, A, 2), merged(C, B, 2))
    assert {await same(notes, each) for each in (A, B, C)} == {(A, B, C)}
    await apply(notes, separated(A, B, 3))
    assert {await same(notes, each) for each in (A, B, C)} == {(A, B, C)}
    await apply(notes, separated(B, A, 3))
    assert await same(notes, A) == (A,)
    assert await same(notes, C) == (B, C)


async def test_whoever_is_tied_to_one_is_tied_to_both(notes: Opened) -> None:
    glass = override_is(REFERRAL, A, "ot-9", NOW, NOW + timedelta(hours=1))
    async with notes.database.connection() as connection:
        for sql, params in glass.statement.batch([glass.params]):
            await connection.execute(sql, params)
    await apply(
        notes,
        registered(A, "south-cmht", care_coordinator_id="coordinator-9"),
        registered(SERVICE_USER),
        allocated("str-worker-1", 3),
        escalated(1, "nurse-7"),
    )
    tied = {
        "str-worker-1": "caseload",
        "coordinator-9": "care_coordination",
        "nurse-7": "escalation",
        "ot-9": "override",
    }

    async def found(person: UUID) -> dict[str, str]:
        said = {each: await bases(notes, each, of=person) for each in tied}
        teams = {each: await bases(notes, "x", each, of=person)
                 for each in ("north-cmht", "south-cmht")}  # fmt: skip
        return {each: basis for each, basis in {**said, **teams}.items() if basis}

    of_a = {"coordinator-9": "care_coordination", "ot-9": "override", "south-cmht": "team"}
    of_b = {"str-worker-1": "caseload", "nurse-7": "escalation", "north-cmht": "team"}
    assert (await found(A), await found(SERVICE_USER)) == (of_a, of_b)
    await apply(notes, merged(A, SERVICE_USER, 2))
    assert await found(A) == await found(SERVICE_USER) == {**of_a, **of_b}
    await apply(notes, over(3, hours=0))
    assert await bases(notes, "nurse-7", of=A) == ""
    await apply(notes, separated(A, SERVICE_USER, 3))
    del of_b["nurse-7"]
    assert (await found(A), await found(SERVICE_USER)) == (of_a, of_b)


async def test_a_restriction_of_one_is_of_both_and_lists_follow(notes: Opened) -> None:
    hidden = restricted(2, named_staff=("nurse-1",), excluded_staff=("ot-1",))
    await apply(notes, registered(A), registered(B), registered(SERVICE_USER), hidden)
    ties = Ties(notes.database)

    async def listed(reader: str) -> set[UUID]:
        query = Prepared(select(PEOPLE.c.id).where(visible(PEOPLE.c.id)))
        return {row["id"] for row in await notes.database.fetch(query, seen_by=reader)}

    async def kept_from(reader: str) -> set[UUID]:
        query = Prepared(select(PEOPLE.c.id).where(unexcluded(PEOPLE.c.id)))
        everyone = {A, B, SERVICE_USER}
        return everyone - {row["id"] for row in await notes.database.fetch(query, kept_from=reader)}

    assert await listed("nurse-1") == {A, B, SERVICE_USER}
    assert await listed("nurse-9") == await listed("ot-1") == {A, B}
    assert await kept_from("ot-1") == {SERVICE_USER}
    assert not await ties.any_restricted([A, B])
    await apply(notes, merged(A, SERVICE_USER, 2))
    assert await listed("nurse-1") == {A, B, SERVICE_USER}
    assert await listed("nurse-9") == await listed("ot-1") == {B}
    assert await kept_from("ot-1") == {A, SERVICE_USER}
    assert await ties.any_restricted([B, A])
    assert not await ties.any_restricted([B])
    assert await bases(notes, "nurse-1", "north-cmht", of=A) == "named"
    assert await bases(notes, "nurse-9", "north-cmht", of=A) == ""
    await apply(notes, separated(A, SERVICE_USER, 3))
    assert await listed("nurse-9") == {A, B}
    assert await bases(notes, "nurse-9", "north-cmht", of=A) == "team"

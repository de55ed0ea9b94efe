"""What the clock does with concerns: each step once, whoever runs it and whatever was missed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.notes.access import RAISE_CONCERN
from services.notes.application import Concerns, Routing
from services.notes.domain import Concern, stream_of
from services.notes.policy import DEFAULT, Clock
from services.notes.projection import METADATA, Standings, rows
from services.notes.projection import Concerns as ReadModel
from shared.contracts import notes as contract
from shared.eventstore.commands import Commands
from shared.eventstore.documents import clear
from shared.eventstore.keys import destroy
from shared.eventstore.sql import Write
from shared.kernel.call import Call, Caller
from shared.kernel.errors import NotFound, Unavailable
from shared.kernel.ids import new_id
from shared.kernel.relationship import Restriction
from shared.platform.projecting import run
from shared.platform.ties import person_is, restriction_is
from tests.support.build import NOW, NURSE, SERVICE_USER, WORKER
from tests.support.engines import Engines, Fresh, Opened

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)
NOTHING: Any = None
"""What the clock has no need of."""
CLOCK = Caller("countersign", "Countersign", frozenset({"system"}), frozenset())
STAFF = Caller("nurse-1", "Nurse 1", frozenset({"registered_practitioner"}), frozenset())


def at(hours: float) -> Call:
    return Call(RAISE_CONCERN, CLOCK, "system", NOW + hours * HOUR)


def changing(version: int, hours: float = 0) -> Call:
    return Call(RAISE_CONCERN, STAFF, "registered_practitioner", NOW + hours * HOUR, version)


class Process:
    """A process of the notes service, as far as its clock needs one."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.commands = Commands(
            opened.database, opened.store, opened.mapper, opened.keys, opened.unit_of_work, rows, {}
        )
        self.concerns = Concerns(
            opened.database, opened.store, self.commands, NOTHING, NOTHING,
            Routing(opened.database, Standings(opened.database)),
        )  # fmt: skip
        self.read = ReadModel(opened.database)

    async def raised(
        self, *about: str, id: UUID = SERVICE_USER, by: Any = WORKER, clock: Clock | None = None
    ) -> UUID:
        said = contract.Concern(
            kind="risk", urgency="urgent", description="Gas left on.", about_staff=about
        )
        routed = Clock(("coordinator-1",), NOW + HOUR, DEFAULT.policy_version)
        made = Concern.raise_(by, NOW, new_id(), id, "north-cmht", None, said, clock or routed)
        await self.opened.key_of(made)
        await self.commands.create(at(0), lambda: made, Concern)
        return made.id

    async def until_done(self, hours: float) -> int:
        taken = 0
        while now := await self.concerns.escalate_due(at(hours)):
            taken += now
        return taken

    async def steps(self, concern: UUID) -> list[tuple[int, str, tuple[str, ...]]]:
        found = await self.read.steps(concern)
        return [(each["step"], each["recipient"], tuple(each["reached"])) for each in found]

    async def said(self) -> list[tuple[UUID, int]]:
        """Which streams of the clock there are, and how many events each has."""
        found = await self.opened.database.run(
            "SELECT stream_id, count(*)::int AS n FROM events"
            " WHERE type LIKE '%concern-escalated%' GROUP BY stream_id"
        )
        return [(row["stream_id"], row["n"]) for row in found]


@asynccontextmanager
async def process(fresh: Fresh) -> AsyncIterator[Process]:
    async with fresh.opened() as opened:
        yield Process(opened)


async def write(opened: Opened, *writes: Write, sql: str = "") -> None:
    connection = await opened.database.connect()
    try:
        async with connection.transaction():
            await run(connection, writes)
            if sql:
                await connection.execute(sql)
    finally:
        await connection.close()


RAISERS_MANAGER = """
INSERT INTO managed VALUES ('str-worker-1', 'manager-1', 1);
INSERT INTO staff SELECT staff_id, true, '[{"team_id": "north-cmht"}]', '[]', 1
FROM unnest(ARRAY['nurse-1', 'ot-1', 'str-worker-1']) AS staff_id;
"""


def on_duty(staff_id: str, begins: datetime, ends: datetime) -> str:
    shift = f"'north-cmht', '{staff_id}', '{begins.isoformat()}', '{ends.isoformat()}', 1"
    return f"INSERT INTO shifts VALUES ({shift});"


@pytest.fixture
async def fresh(engines: Engines) -> Fresh:
    made = engines.fresh("notes")
    async with made.opened() as opened:
        duty = on_duty("nurse-1", NOW, NOW + 3 * HOUR)
        person = person_is(SERVICE_USER, "north-cmht", "coordinator-1", 1)
        await write(opened, person, sql=RAISERS_MANAGER + duty)
    return made


async def test_it_goes_along_the_chain_until_somebody_answers(fresh: Fresh) -> None:
    async with process(fresh) as one:
        concern = await one.raised()
        assert await one.until_done(0.99) == 0
        assert await one.until_done(1) == 1
        assert await one.until_done(1.99) == 0
        assert await one.until_done(2) == 1
        assert await one.until_done(3) == 1
        assert await one.until_done(4) == 1
        team = ("nurse-1", "ot-1", "str-worker-1")
        assert await one.steps(concern) == [
            (0, "duty", ("nurse-1",)),
            (1, "line_manager", ("manager-1",)),
            (2, "team", team),
            (3, "line_manager", ("manager-1",)),
        ], "nobody is on duty any more"
        await one.commands.change(
            changing(1), Concern, concern, lambda c: c.acknowledge(NURSE, NOW, "Visit.")
        )
        assert await one.until_done(9) == 0
        assert (await one.opened.store.load(Concern, concern)).version == 2
        with pytest.raises(NotFound):
            await one.opened.store.load(Concern, stream_of(concern, 1, 0))


async def test_each_step_is_taken_once_by_two_at_a_time_and_after_a_restart(fresh: Fresh) -> None:
    async with process(fresh) as one, process(fresh) as two:
        concerns = [await one.raised() for _ in range(30)]
        for hours in (1, 2):
            taken = await asyncio.gather(*(each.until_done(hours) for each in (one, two)))
            assert sum(taken) == len(concerns)
    async with process(fresh) as again:
        assert await again.until_done(2) == 0
        assert [n for _, n in await again.said()] == [1] * 2 * len(concerns)
        for concern in concerns:
            assert [step for step, *_ in await again.steps(concern)] == [0, 1]


async def test_one_that_cannot_be_written_of_keeps_no_other_waiting(fresh: Fresh) -> None:
    other = new_id()
    async with process(fresh) as one:
        await write(one.opened, person_is(other, "north-cmht", "coordinator-1", 1))
        stuck = await one.raised()
        follows = await one.raised(id=other)
        unknown = "UPDATE keys.data_keys SET kek = 'taken away' WHERE subject = %s"
        connection = await one.opened.database.connect(autocommit=True)
        await connection.execute(unknown, (f"service-user:{SERVICE_USER}",))
        await connection.close()
    async with process(fresh) as again:
        assert await again.concerns.escalate_due(at(1)) == 1
        assert await again.steps(follows)
        with pytest.raises(Unavailable):
            await again.concerns.escalate_due(at(1))
        assert not await again.steps(stuck), "tried again at each look"


async def test_a_step_that_comes_late_is_not_repeated_for_the_time_that_passed(
    fresh: Fresh,
) -> None:
    async with process(fresh) as one:
        concern = await one.raised()
        assert await one.until_done(4.5) == 1
        assert await one.until_done(5.4) == 0
        assert await one.until_done(5.5) == 1
        assert [step for step, *_ in await one.steps(concern)] == [0, 1]


async def test_nobody_who_is_named_excluded_or_gone_is_reached(fresh: Fresh) -> None:
    async with process(fresh) as one:
        excluding = Restriction(
            restricted=True, named=frozenset({"ot-1"}), excluded=frozenset({"manager-1"})
        )
        gone = "UPDATE staff SET at_work = false WHERE staff_id = 'str-worker-1'"
        await write(one.opened, restriction_is(SERVICE_USER, excluding, 1), sql=gone)
        concern = await one.raised("nurse-1")
        for hours in (1, 2, 3):
            assert await one.until_done(hours) == 1
        assert {reached for _, _, reached in await one.steps(concern)} == {("ot-1",)}


async def test_what_was_routed_to_nobody_goes_on_to_others_at_once(fresh: Fresh) -> None:
    async with process(fresh) as one:
        concern = await one.raised(clock=Clock((), NOW + HOUR, DEFAULT.policy_version))
        assert await one.until_done(0) == 1
        assert await one.steps(concern) == [(0, "duty", ("nurse-1",))]
        assert await one.until_done(0.9) == 0


async def test_if_nobody_can_be_reached_it_says_so_and_goes_on(fresh: Fresh) -> None:
    async with process(fresh) as one:
        concern = await one.raised("nurse-1", "ot-1", "str-worker-1", "manager-1")
        assert await one.until_done(1) == 1
        assert await one.steps(concern) == [(0, "duty", ())]
        await write(one.opened, sql=on_duty("nurse-9", NOW + HOUR, NOW + 9 * HOUR))
        assert await one.until_done(2) == 1
        assert (await one.steps(concern))[1] == (1, "duty", ("nurse-9",))


async def test_what_staff_asked_for_goes_further_along_the_same_chain(fresh: Fresh) -> None:
    async with process(fresh) as one:
        concern = await one.raised()
        await one.commands.change(
            changing(1), Concern, concern,
            lambda c: c.escalate(NURSE, NOW, 0, "duty", ("nurse-1",), "Nobody answers."),
        )  # fmt: skip
        assert await one.until_done(1) == 1
        assert await one.steps(concern) == [(0, "line_manager", ("manager-1",))]


async def test_another_clock_begins_at_the_start_and_the_one_before_is_over(fresh: Fresh) -> None:
    async with process(fresh) as one:
        concern = await one.raised()
        for hours in (1, 2):
            assert await one.until_done(hours) == 1
        await one.commands.change(
            changing(1, 2.5), Concern, concern, lambda c: c.close(NURSE, NOW, "Seen.")
        )
        assert await one.until_done(5) == 0
        again = Clock(("coordinator-1",), NOW + 6 * HOUR, DEFAULT.policy_version)
        await one.commands.change(
            changing(2, 5), Concern, concern, lambda c: c.reopen(NURSE, NOW, again, "Again.")
        )
        assert await one.until_done(5.9) == 0
        assert await one.until_done(6) == 1
        found = await one.read.steps(concern)
        assert [(each["clock"], each["step"]) for each in found] == [(1, 0), (1, 1), (3, 0)]


async def test_whose_content_was_destroyed_is_passed_over(fresh: Fresh) -> None:
    async with process(fresh) as one:
        other = new_id()
        await write(one.opened, person_is(other, "north-cmht", None, 1))
        await one.raised()
        kept = await one.raised(id=other)
        subject = f"service-user:{SERVICE_USER}"
        connection = await one.opened.database.connect()
        try:
            async with connection.transaction():
                await destroy(connection, "notes", subject, NOW)
                await clear(connection, METADATA, subject)
        finally:
            await connection.close()
        assert await one.until_done(1) == 1
        assert len(await one.steps(kept)) == 1

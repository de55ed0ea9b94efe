"""Supervision that is overdue is said once for each due day, by two workers at a time and after a
restart; and it is what the rule says, whatever the query leaves out beforehand."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.supervision.application import Overdue
from services.supervision.domain import Agreement, Session, Worker
from services.supervision.policy import Away, Terms, standing
from services.supervision.projection import Overdue as ReadModel
from services.supervision.projection import rows
from shared.contracts.supervision import SessionContent, WorkerDetails
from shared.eventstore.commands import Commands
from shared.kernel.call import Call
from shared.kernel.days import LOCAL
from shared.kernel.ids import named_id, new_id
from shared.platform.deadlines import clock_call
from tests.support.build import NOW
from tests.support.engines import Engines, Fresh, Opened
from tests.support.keeping import MANAGER

pytestmark = pytest.mark.anyio
TODAY = NOW.date()
WEEK = timedelta(weeks=1)


def on(day: date) -> Call:
    """A look of the clock's, just after midnight in England."""
    return clock_call(datetime.combine(day, time(0, 0, 30), LOCAL))


class Process:
    """A process of the supervision service, as far as this deadline needs one."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.commands = Commands(
            opened.database, opened.store, opened.mapper, opened.keys, opened.unit_of_work, rows, {}
        )
        self.overdue = Overdue(opened.database, self.commands)

    async def registered(self, staff_id: str) -> None:
        details = WorkerDetails(name="w", job_title="STR worker", employer="e", teams=("north",))
        worker = Worker.register(MANAGER, NOW, staff_id, details)
        await self.commands.create(on(TODAY), lambda: worker, Worker)

    async def agreed(
        self, worker_id: str, recorded_on: date | None = None, **changes: Any
    ) -> Agreement:
        """An agreement, which was recorded when it began unless something else is said."""
        facts: dict[str, Any] = {
            "worker_id": worker_id,
            "supervisor_id": "supervisor-1",
            "team_id": "north-cmht",
            "kind": "developmental",
            "interval_weeks": 4,
            "starts_on": TODAY,
            "limits": (),
            "policy_version": 1,
            "purpose": "To grow.",
            "further_limits": None,
        }
        facts |= changes
        at = datetime.combine(recorded_on or facts["starts_on"], time(12), LOCAL)
        made = Agreement.agree(MANAGER, at, new_id(), **facts)
        await self.commands.create(on(TODAY), lambda: made, Agreement)
        return made

    async def held(self, agreement: Agreement, day: date) -> None:
        at = datetime.combine(day, time(12), LOCAL)
        made = Session.schedule(
            MANAGER, at, new_id(), scheduled_for=at, group_session_id=None, **agreement.parties()
        )
        made.hold(MANAGER, at, at, 60, SessionContent(discussion="Said."), "5a17" * 8)
        await self.commands.create(on(day), lambda: made, Session)

    async def until_done(self, day: date) -> int:
        said = 0
        while now := await self.overdue.notice(on(day)):
            said += now
        return said

    async def said(self) -> list[tuple[str, str, int]]:
        """Of which agreements and due days it was said, and how often."""
        return [
            (row["agreement_id"], row["due_on"], row["n"])
            for row in await self.opened.database.run(
                "SELECT convert_from(body, 'UTF8')::json #>> '{resource,id}' AS agreement_id,"
                " convert_from(body, 'UTF8')::json #>> '{data,due_on}' AS due_on,"
                " count(*)::int AS n FROM events WHERE type LIKE '%supervision-overdue%'"
                " GROUP BY 1, 2 ORDER BY 1, 2"
            )
        ]


@asynccontextmanager
async def process(fresh: Fresh) -> AsyncIterator[Process]:
    async with fresh.opened() as opened:
        yield Process(opened)


@pytest.fixture
def fresh(engines: Engines) -> Fresh:
    return engines.fresh("supervision")


async def test_it_is_said_once_for_each_due_day(fresh: Fresh) -> None:
    due, later = TODAY + 4 * WEEK, TODAY + 8 * WEEK
    async with process(fresh) as one, process(fresh) as two:
        for number in range(120):
            await one.registered(f"w-{number}")
        made = [await one.agreed(f"w-{number}") for number in range(120)]
        await one.agreed("w-0", kind="ad_hoc", interval_weeks=None)
        kept = await one.agreed("w-0", kind="mentoring")
        await one.held(kept, due)
        assert await one.until_done(due) == 0, "the day isn't over"
        said = await asyncio.gather(*(each.until_done(due + WEEK) for each in (one, two)))
        assert sum(said) == len(made)
    async with process(fresh) as again:
        assert await again.until_done(later) == 0
        assert await again.said() == sorted((str(each.id), str(due), 1) for each in made)
        assert (await again.opened.store.load(Agreement, made[0].id)).version == 1
        assert await again.until_done(later + timedelta(days=1)) == len(made) + 1
        assert {each for _, _, each in await again.said()} == {1}


async def test_of_several_that_passed_unnoticed_the_last_is_said(fresh: Fresh) -> None:
    async with process(fresh) as one:
        await one.registered("w-1")
        made = await one.agreed("w-1", starts_on=TODAY - 10 * WEEK)
        assert await one.until_done(TODAY) == 1
        assert await one.said() == [(str(made.id), str(TODAY - 2 * WEEK), 1)]
        await one.commands.change(
            replace(on(TODAY), if_match=1),
            Agreement,
            made.id,
            lambda agreement: agreement.end(MANAGER, NOW, TODAY, "Moved on."),
        )
        assert await one.until_done(TODAY + 30 * WEEK) == 0


async def test_nothing_is_said_of_due_days_before_it_was_recorded(fresh: Fresh) -> None:
    async with process(fresh) as one:
        await one.registered("w-1")
        made = await one.agreed("w-1", recorded_on=TODAY, starts_on=TODAY - 10 * WEEK)
        assert await one.until_done(TODAY) == 0, "the sessions before may be on paper"
        assert await one.until_done(TODAY + 2 * WEEK + timedelta(days=1)) == 1
        assert await one.said() == [(str(made.id), str(TODAY + 2 * WEEK), 1)]


async def test_it_looks_again_after_a_while(fresh: Fresh) -> None:
    async with process(fresh) as one:
        assert await one.until_done(TODAY) == 0
        await one.registered("w-1")
        await one.agreed("w-1", starts_on=TODAY - 10 * WEEK)
        now = on(TODAY)
        for seconds, said in ((1, 0), (9, 0), (10, 1), (11, 0)):
            later = replace(now, at=now.at + timedelta(seconds=seconds))
            assert await one.overdue.notice(later) == said


class World:
    """Agreements, absences and sessions made up at random, as rows of the read models. Of each day
    is known what had been by then."""

    def __init__(self, dice: random.Random, opened: Opened) -> None:
        self._opened = opened
        self.away = {f"w-{number}": self._away(dice) for number in range(40)}
        self.terms: dict[UUID, Terms] = {}
        self.held: dict[UUID, set[date]] = {}
        self.worker: dict[UUID, str] = {}
        for worker in [*self.away, *self.away]:
            made = new_id()
            self.worker[made] = worker
            self.terms[made] = Terms(
                starts_on=TODAY + timedelta(days=dice.randint(-100, 30)),
                interval_weeks=dice.randint(1, 8),
                away=self.away[worker],
            )
            days = dice.sample(range(-120, 160), dice.choice((0, 1, 3, 8)))
            self.held[made] = {TODAY + timedelta(days=each) for each in days}

    @staticmethod
    def _away(dice: random.Random) -> tuple[Away, ...]:
        ends = sorted(dice.sample(range(-90, 160), dice.choice((0, 0, 2, 3, 4))))
        days = [TODAY + timedelta(days=each) for each in ends]
        return tuple(
            Away(since, until) for since, until in zip(days[::2], [*days[1::2], None], strict=False)
        )

    def terms_on(self, day: date, agreement: UUID) -> Terms:
        """An absence that goes on has no end yet."""
        terms = self.terms[agreement]
        known = [
            Away(each.since, each.until if each.until and each.until < day else None)
            for each in terms.away
            if each.since <= day
        ]
        return replace(terms, away=tuple(known))

    def overdue(self, day: date) -> set[tuple[UUID, date]]:
        """The last due day of each that has passed, by the rule alone."""
        found = {
            each: standing(self.terms_on(day, each), self.held[each], day, day).overdue
            for each in self.terms
        }
        return {(each, due_on) for each, due_on in found.items() if due_on}

    async def begin(self) -> None:
        await self._write(
            "INSERT INTO workers (staff_id, version, teams, metadata)"
            """ VALUES (%s, 1, '[]', '{"status": "active"}')""",
            [(worker,) for worker in self.away],
        )
        await self._write(
            "INSERT INTO agreements"
            " VALUES (%s, 1, %s, %s, 't', 'case', %s, %s, NULL, '2020-01-01', '{}')",
            [
                (each, self.worker[each], str(each), terms.interval_weeks, terms.starts_on)
                for each, terms in self.terms.items()
            ],
        )

    async def known(self, day: date, before: date) -> None:
        """What has been since a day `before`."""
        await self._write(
            "INSERT INTO absences VALUES (%s, %s, %s)"
            " ON CONFLICT (staff_id, from_on) DO UPDATE SET until_on = excluded.until_on",
            [
                (self.worker[each], away.since, away.until)
                for each in self.terms
                for away in self.terms_on(day, each).away
            ],
        )
        held = [
            (each, datetime.combine(on, time(23, 30), LOCAL))
            for each, days in self.held.items()
            for on in days
            if before < on <= day
        ]
        await self._write(
            "INSERT INTO sessions VALUES (%s, 1, %s, NULL, %s, %s, 't', 'case', 'held', %s, %s, %s,"
            " '{}')",
            [(new_id(), each, self.worker[each], str(each), at, at, at) for each, at in held],
        )

    async def noticed(self, found: set[tuple[UUID, date]]) -> None:
        await self._write("INSERT INTO overdue_supervisions VALUES (%s, %s, now())", [*found])

    async def _write(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        async with self._opened.database.connection() as connection:
            await connection.cursor().executemany(sql, rows)


@pytest.mark.parametrize("seed", range(3))
async def test_the_query_leaves_out_nothing_that_the_rule_would_find(
    fresh: Fresh, seed: int
) -> None:
    noticed: set[tuple[UUID, date]] = set()
    async with fresh.opened() as opened:
        world, read = World(random.Random(seed), opened), ReadModel(opened.database)
        await world.begin()
        before = TODAY - 52 * WEEK
        for number in range(0, 150, 3):
            day = TODAY + timedelta(days=number)
            await world.known(day, before)
            found = {(each["agreement_id"], each["due_on"]) for each in await read.unnoticed(day)}
            assert found == world.overdue(day) - noticed
            await world.noticed(found)
            noticed |= found
            before = day
    assert len(noticed) > 100, "the dice make it worth asking"


async def test_nothing_is_overdue_of_who_has_left(fresh: Fresh) -> None:
    async with process(fresh) as one:
        await one.registered("w-1")
        await one.agreed("w-1")
        await one.commands.change(
            replace(on(TODAY), if_match=1),
            Worker,
            named_id("worker", "w-1"),
            lambda worker: worker.update(MANAGER, NOW, replace(worker.details, status="left")),
        )
        assert await one.until_done(TODAY + 30 * WEEK) == 0

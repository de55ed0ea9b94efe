"""Group commit: everyone gets their own answer, and nothing is acknowledged that isn't durable."""

import asyncio
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from services.notes.domain import Note
from services.notes.policy import Judgement
from services.notes.projection import rows
from shared.eventstore import unit_of_work
from shared.eventstore.sealing import sealer
from shared.eventstore.sql import Prepared
from shared.eventstore.store import MOST_EVENTS
from shared.eventstore.unit_of_work import ConstraintBroken, Unit, UnitOfWork, VersionTaken
from shared.kernel.errors import NotFound, Unavailable
from shared.kernel.ids import new_id
from tests.support.build import NOW, WORKER, account, contact, note
from tests.support.engines import Engines, Opened
from tests.support.wait import until

pytestmark = pytest.mark.anyio


async def _unit(opened: Opened, made: Note) -> Unit:
    key = await opened.key_of(made)
    return Unit(await opened.stored(made), rows(made, sealer(key, made.id)))


async def test_what_waits_together_is_committed_together(engines: Engines) -> None:
    async with engines.fresh("notes").opened() as opened:
        notes = [note() for _ in range(100)]
        units = [await _unit(opened, each) for each in notes]
        await asyncio.gather(*map(opened.unit_of_work.commit, units))
        events = await opened.store.read_after(0, 1000)
        assert len(events) == 100
        assert len({event.position >> 12 for event in events}) < 20, "few transactions did it"


async def test_large_units_do_not_share_a_transaction_that_is_too_small_for_them(
    engines: Engines,
) -> None:
    """Group sessions of many people, recorded at once, bring thousands of events."""
    async with engines.fresh("notes").opened() as opened:
        [event] = await opened.stored(note())
        units = [
            Unit([replace(event, event_id=new_id(), stream_id=new_id()) for _ in range(each)])
            for each in (1500, 1500, 1500, MOST_EVENTS, 1, 1500)
        ]
        writer = UnitOfWork(opened.database)
        commits = [asyncio.create_task(writer.commit(unit)) for unit in units]
        await asyncio.sleep(0)
        await writer.start()
        await asyncio.gather(*commits)
        await writer.stop()
        events = await opened.store.read_after(0, 20_000)
        assert [each.event_id for each in events] == [
            each.event_id for unit in units for each in unit.events
        ]


async def _holds(opened: Opened, events: int) -> bool:
    return len(await opened.store.read_after(0, 100)) == events


async def test_a_loser_is_told_and_the_others_do_not_notice(engines: Engines) -> None:
    async with engines.fresh("notes").opened() as opened:
        taken = new_id()
        await opened.unit_of_work.commit(await _unit(opened, note(id=taken)))
        again, others = note(id=taken), [note() for _ in range(20)]
        units = [await _unit(opened, each) for each in (*others[:10], again, *others[10:])]
        results = await asyncio.gather(
            *map(opened.unit_of_work.commit, units), return_exceptions=True
        )
        assert [type(r) for r in results if r] == [VersionTaken]
        # Anything that the server itself writes holds the horizon back for a moment.
        await until(lambda: _holds(opened, 21))


async def test_a_broken_constraint_is_its_callers_alone(engines: Engines) -> None:
    async with engines.fresh("referrals").opened() as opened:
        over = Prepared(
            text("INSERT INTO caseloads (worker_id, open, most, overridden) VALUES (:w, 2, 1, 0)")
        )
        async with engines.fresh("notes").opened() as notes:
            bad = Unit(await notes.stored(note()), [over.write(w="str-worker-1")])
            good = [Unit(await notes.stored(note())) for _ in range(5)]
        results = await asyncio.gather(
            *(opened.unit_of_work.commit(unit) for unit in (*good[:3], bad, *good[3:])),
            return_exceptions=True,
        )
        assert [type(r) for r in results if r] == [ConstraintBroken]
        assert [r.name for r in results if isinstance(r, ConstraintBroken)] == [
            "caseloads_within_limit"
        ]
        assert len(await opened.store.read_after(0, 100)) == 5


async def test_a_unit_that_loses_one_of_two_events_leaves_neither(engines: Engines) -> None:
    async with engines.fresh("notes").opened() as opened:
        made = note()
        await opened.unit_of_work.commit(await _unit(opened, made))
        first, second = await _amended(opened, made), await _amended(opened, made)
        other = note()
        await opened.unit_of_work.commit(Unit(first))
        with pytest.raises(VersionTaken):
            await opened.unit_of_work.commit(Unit([*await opened.stored(other), *second]))
        with pytest.raises(NotFound):
            await opened.store.load(Note, other.id)
        assert (await opened.store.load(Note, made.id)).version == 2


async def _amended(opened: Opened, made: Note) -> Any:
    again = await opened.store.load(Note, made.id)
    again.amend(
        WORKER,
        NOW,
        contact(),
        account(narrative="Cooked twice."),
        "left out",
        "s",
        _judgement(made),
    )
    return await opened.stored(again)


def _judgement(made: Note) -> Any:
    return Judgement(made.flags, made.outstanding, made.countersignature)


class _Losing:
    """A connection that dies while committing, after or before the server has done it."""

    def __init__(self, real: psycopg.AsyncConnection[Any], *, committed: bool) -> None:
        self._real = real
        self._committed = committed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    async def execute(self, *arguments: Any) -> None:
        if self._committed:
            await self._real.execute(*arguments)
        await self._real.close()
        raise psycopg.OperationalError("the connection was lost")


@pytest.mark.parametrize("committed", [True, False])
async def test_a_commit_without_an_answer_is_looked_up(engines: Engines, committed: bool) -> None:
    """Whether or not the server had done it, the note is recorded, once."""
    async with engines.fresh("notes").opened() as opened:
        writer = UnitOfWork(opened.database)
        await writer.start()
        await writer.commit(Unit(await opened.stored(note())))
        real = writer._connection
        assert real
        writer._connection = _Losing(real, committed=committed)  # type: ignore[assignment]
        made = note()
        await writer.commit(await _unit(opened, made))
        assert (await opened.store.load(Note, made.id)).version == 1
        assert len(await opened.store.read_after(0, 10)) == 2
        await writer.stop()


async def test_without_a_server_nothing_is_recorded_and_callers_are_told(
    engines: Engines,
) -> None:
    async with engines.fresh("notes").opened() as opened:
        opened.unit_of_work._database.dsn = "host=/nowhere dbname=none"
        with pytest.raises(Unavailable):
            await opened.unit_of_work.commit(await _unit(opened, note()))


async def test_stopping_commits_what_waits(engines: Engines) -> None:
    async with engines.fresh("notes").opened() as opened:
        writer = UnitOfWork(opened.database)
        await writer.start()
        units = [await _unit(opened, note()) for _ in range(3 * unit_of_work.MOST_UNITS)]
        commits = [asyncio.create_task(writer.commit(unit)) for unit in units]
        await asyncio.sleep(0)
        await writer.stop()
        await asyncio.gather(*commits)
        assert len(await opened.store.read_after(0, 10_000)) == len(commits)

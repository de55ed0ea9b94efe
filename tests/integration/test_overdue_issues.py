"""That nobody answered an issue is said once, by two workers at a time and after a restart."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from deploy.local.stack import service
from services.supervision.application import OverdueIssues
from services.supervision.domain import Issue
from services.supervision.projection import Issues, rows
from shared.eventstore.commands import Commands
from shared.eventstore.documents import clear
from shared.kernel.actor import Actor
from shared.kernel.call import Call
from shared.platform.deadlines import clock_call
from tests.support.build import NOW
from tests.support.engines import Engines, Opened

pytestmark = pytest.mark.anyio
WORKER = Actor("str-worker-1", "STR worker 1", "str_worker")


def days(ahead: float) -> Call:
    return clock_call(NOW + timedelta(days=ahead))


def commands_of(opened: Opened) -> Commands:
    return Commands(
        opened.database, opened.store, opened.mapper, opened.keys, opened.unit_of_work, rows, {}
    )


async def raised(opened: Opened, due: float) -> Issue:
    outcome = await commands_of(opened).create(
        days(0),
        lambda: Issue.raise_one(
            WORKER,
            NOW,
            uuid4(),
            team_id="north-cmht",
            route="team",
            topic="workload",
            answer_by=days(due).at,
            names_raiser=True,
            policy_version=1,
            description="Visits are booked back to back.",
        ),
        Issue,
    )
    return outcome.aggregate


async def until_done(opened: Opened, ahead: float) -> int:
    overdue, said = OverdueIssues(opened.database, commands_of(opened)), 0
    while now := await overdue.notice(days(ahead)):
        said += now
    return said


async def test_it_is_said_once_when_it_is_due(engines: Engines) -> None:
    fresh = engines.fresh("supervision")
    async with fresh.opened() as one, fresh.opened() as two:
        made = [await raised(one, 2) for _ in range(30)]
        await raised(one, 9)
        assert await until_done(one, 1.9) == 0
        assert sum(await asyncio.gather(*(until_done(each, 3) for each in (one, two)))) == len(made)
    async with fresh.opened() as again:
        assert await until_done(again, 4) == 0
        assert (await again.store.load(Issue, made[0].id)).version == 1


async def test_what_was_destroyed_is_answered_by_nobody(engines: Engines) -> None:
    async with engines.fresh("supervision").opened() as opened:
        made = await raised(opened, 2)
        connection = await opened.database.connect()
        try:
            async with connection.transaction():
                await clear(connection, service("supervision").read_models, made.data_subject)
        finally:
            await connection.close()
        row = await Issues(opened.database).one(made.id)
        assert row is not None
        assert row["document"] is None
        assert "back to back" not in str(row)
        assert WORKER.staff_id not in str(row)
        assert await until_done(opened, 9) == 0

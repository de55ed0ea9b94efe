"""A countersignature that is overdue is said once, by two workers at a time and after a restart."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from deploy.local.stack import service
from services.notes.application import Overdue
from services.notes.domain import Note
from services.notes.projection import rows
from shared.eventstore.commands import Commands
from shared.eventstore.documents import clear
from shared.kernel.call import Call
from shared.kernel.ids import new_id
from shared.platform.deadlines import clock_call
from tests.support.build import NOW, NURSE, note
from tests.support.engines import Engines, Fresh, Opened

pytestmark = pytest.mark.anyio


def days(ahead: float) -> Call:
    return clock_call(NOW + timedelta(days=ahead))


class Process:
    """A process of the notes service, as far as this deadline needs one."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.commands = Commands(
            opened.database, opened.store, opened.mapper, opened.keys, opened.unit_of_work, rows, {}
        )
        self.overdue = Overdue(opened.database, self.commands)

    async def recorded(self, **changes: Any) -> Note:
        made = note(**changes)
        await self.opened.key_of(made)
        await self.commands.create(days(0), lambda: made, Note)
        return made

    async def until_done(self, ahead: float) -> int:
        said = 0
        while now := await self.overdue.notice(days(ahead)):
            said += now
        return said

    async def said(self) -> list[tuple[str, int]]:
        """Of which notes it was said, and how often."""
        return [
            (row["note_id"], row["n"])
            for row in await self.opened.database.run(
                "SELECT convert_from(body, 'UTF8')::json -> 'resource' ->> 'id' AS note_id,"
                " count(*)::int AS n FROM events WHERE type LIKE '%countersignature-overdue%'"
                " GROUP BY 1 ORDER BY 1"
            )
        ]


@asynccontextmanager
async def process(fresh: Fresh) -> AsyncIterator[Process]:
    async with fresh.opened() as opened:
        yield Process(opened)


@pytest.fixture
def fresh(engines: Engines) -> Fresh:
    return engines.fresh("notes")


async def test_it_is_said_once_when_it_is_due(fresh: Fresh) -> None:
    async with process(fresh) as one, process(fresh) as two:
        made = [await one.recorded() for _ in range(30)]
        await one.recorded(by=NURSE)
        assert await one.until_done(3) == 0
        said = await asyncio.gather(*(each.until_done(6) for each in (one, two)))
        assert sum(said) == len(made)
    async with process(fresh) as again:
        assert await again.until_done(9) == 0
        assert await again.said() == sorted((str(each.id), 1) for each in made)
        assert (await again.opened.store.load(Note, made[0].id)).version == 1


async def test_what_was_destroyed_is_signed_by_nobody(fresh: Fresh) -> None:
    async with process(fresh) as one:
        made = await one.recorded(id=new_id())
        connection = await one.opened.database.connect()
        try:
            async with connection.transaction():
                await clear(connection, service("notes").read_models, made.data_subject)
        finally:
            await connection.close()
        assert await one.until_done(9) == 0

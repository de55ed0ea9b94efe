"""A reader that follows the store misses nothing; one that follows a sequence does.

The control is the usual way (a serial column, no lock, read what is greater than the last): it must
fail here, or the test proves nothing.
"""

import asyncio
import random
from uuid import UUID

import psycopg
import pytest

from shared.eventstore.mapper import StoredEvent
from shared.eventstore.store import APPEND, append_parameters
from shared.kernel.ids import new_id
from tests.support.engines import Engines

pytestmark = pytest.mark.anyio
WRITERS, EACH = 12, 60


def _event() -> StoredEvent:
    return StoredEvent(new_id(), new_id(), 1, "countersign.notes.note-recorded.v1", b"{}", None)


async def test_a_follower_of_the_store_sees_every_event_once_and_in_order(
    engines: Engines,
) -> None:
    async with engines.fresh("notes").opened() as opened:
        written: set[UUID] = set()

        async def write(seed: int) -> None:
            dice = random.Random(seed)
            connection = await opened.database.connect()
            for _ in range(EACH):
                events = [_event() for _ in range(dice.randint(1, 3))]
                await connection.execute(APPEND, append_parameters(events))
                # Transactions end in another order than they took their ids.
                await asyncio.sleep(dice.random() * 0.01)
                if dice.random() < 0.1:
                    await connection.rollback()
                else:
                    await connection.commit()
                    written.update(event.event_id for event in events)
            await connection.close()

        seen: list[tuple[int, UUID]] = []
        done = asyncio.Event()

        async def follow() -> None:
            while not done.is_set() or len(seen) < len(written):
                after = seen[-1][0] if seen else 0
                for event in await opened.store.read_after(after, 50):
                    seen.append((event.position, event.event_id))
                await asyncio.sleep(0)

        following = asyncio.create_task(follow())
        await asyncio.gather(*(write(seed) for seed in range(WRITERS)))
        done.set()
        await asyncio.wait_for(following, 30)
        assert [position for position, _ in seen] == sorted({position for position, _ in seen})
        assert {event_id for _, event_id in seen} == written
        assert len(seen) == len(written)


async def test_a_follower_of_a_sequence_misses_events(engines: Engines) -> None:
    fresh = engines.fresh("notes")
    with psycopg.connect(fresh.owner_dsn) as owner:
        owner.execute("CREATE TABLE naive (id bigserial PRIMARY KEY, writer int)")
    first = await psycopg.AsyncConnection.connect(fresh.owner_dsn)
    second = await psycopg.AsyncConnection.connect(fresh.owner_dsn)
    reader = await psycopg.AsyncConnection.connect(fresh.owner_dsn, autocommit=True)
    try:
        # The first takes id 1 and is slow to commit; the second takes 2 and commits at once.
        await first.execute("INSERT INTO naive (writer) VALUES (1)")
        await second.execute("INSERT INTO naive (writer) VALUES (2)")
        await second.commit()
        seen = await _after(reader, 0)
        await first.commit()
        seen += await _after(reader, max(seen))
        assert await _after(reader, 0) == [1, 2]
        assert seen == [2], "the naive way saw everything, so this test shows nothing"
    finally:
        for connection in (first, second, reader):
            await connection.close()


async def test_the_store_holds_back_what_another_could_still_precede(engines: Engines) -> None:
    async with engines.fresh("notes").opened() as opened:
        slow, quick = await opened.database.connect(), await opened.database.connect()
        try:
            early, late = _event(), _event()
            await slow.execute(APPEND, append_parameters([early]))
            await quick.execute(APPEND, append_parameters([late]))
            await quick.commit()
            assert await opened.store.read_after(0, 10) == []
            await slow.commit()
            ids = [event.event_id for event in await opened.store.read_after(0, 10)]
            assert ids == [early.event_id, late.event_id]
        finally:
            await slow.close()
            await quick.close()


async def test_a_position_is_never_below_the_streams_last(engines: Engines) -> None:
    """A transaction that took its id before version 1 was appended can't append version 2."""
    async with engines.fresh("notes").opened() as opened:
        early, other = await opened.database.connect(), await opened.database.connect()
        try:
            await early.execute("SELECT pg_current_xact_id()")
            first = _event()
            await other.execute(APPEND, append_parameters([first]))
            await other.commit()
            second = StoredEvent(new_id(), first.stream_id, 2, first.type, b"{}", None)
            cursor = await early.execute(APPEND, append_parameters([second]))
            assert await cursor.fetchall() == []
        finally:
            await early.close()
            await other.close()


async def _after(reader: psycopg.AsyncConnection[tuple[int, ...]], last: int) -> list[int]:
    cursor = await reader.execute("SELECT id FROM naive WHERE id > %s ORDER BY id", (last,))
    return [row[0] for row in await cursor.fetchall()]

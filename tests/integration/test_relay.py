"""The relay: every event once and in order, whatever the broker lost, and never over a guard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import pairwise

import psycopg
import pytest
from nats.aio.client import Client

from shared.eventstore.cloudevents import Message, Names
from shared.eventstore.recovery import Behind, Recovered, go_on, make_way
from shared.eventstore.relay import Relay, RelayState
from shared.eventstore.stream import ask, read_at, read_tail
from shared.kernel.actor import Actor
from tests.support.build import append, note
from tests.support.engines import Engines, Fresh, Opened, renew_stream
from tests.support.wait import until

pytestmark = pytest.mark.anyio
OPERATOR = Actor("operator-1", "Operator 1", "operator")


@asynccontextmanager
async def relaying(opened: Opened, connection: Client, names: Names) -> AsyncIterator[Relay]:
    relay = Relay(opened.database, opened.store, connection, names)
    running = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _stream(connection: Client, names: Names) -> list[Message]:
    last = (await ask(connection, f"STREAM.INFO.{names.stream}"))["state"]["last_seq"]
    found = [await read_at(connection, names.stream, n) for n in range(1, last + 1)]
    return [each for each in found if each]


async def _holds(connection: Client, names: Names, opened: Opened, count: int) -> None:
    async def all_there() -> bool:
        return len(await _stream(connection, names)) == count

    await until(all_there)
    stored = await opened.store.read_after(0, 10_000)
    held = await _stream(connection, names)
    assert [each.position for each in held] == [event.position for event in stored]
    assert [each.event_id for each in held] == [str(event.event_id) for event in stored]


async def test_every_event_arrives_once_and_in_order(engines: Engines) -> None:
    async with (
        engines.fresh("notes").opened() as opened,
        engines.stream("notes") as (connection, names),
        relaying(opened, connection, names),
    ):
        for _ in range(5):
            await append(opened, *(note() for _ in range(7)))
        await _holds(connection, names, opened, 35)


async def test_each_message_says_which_came_before_it(engines: Engines) -> None:
    async with (
        engines.fresh("notes").opened() as opened,
        engines.stream("notes") as (connection, names),
        relaying(opened, connection, names),
    ):
        subscription = await connection.subscribe(names.subjects)
        await append(opened, *(note() for _ in range(5)))
        headers = [(await subscription.next_msg(5)).headers or {} for _ in range(5)]
        assert headers[0]["ce-previous"] == "0"
        for before, after in pairwise(headers):
            assert after["ce-previous"] == before["ce-position"]
        stored = await opened.store.read_after(0, 1)
        assert headers[0]["ce-id"] == str(stored[0].event_id)
        assert headers[0]["ce-type"] == "countersign.notes.note-recorded.v1"


async def test_two_relays_neither_double_nor_interleave(engines: Engines) -> None:
    async with (
        engines.fresh("notes").opened() as opened,
        engines.stream("notes") as (connection, names),
        relaying(opened, connection, names),
        relaying(opened, connection, names),
    ):
        for _ in range(20):
            await append(opened, *(note() for _ in range(3)))
        await _holds(connection, names, opened, 60)


async def test_a_broker_that_lost_everything_is_filled_again(engines: Engines) -> None:
    async with (
        engines.fresh("notes").opened() as opened,
        engines.stream("notes") as (connection, names),
        relaying(opened, connection, names),
    ):
        await append(opened, *(note() for _ in range(10)))
        await _holds(connection, names, opened, 10)
        await renew_stream(connection, names)
        await append(opened, note())
        await _holds(connection, names, opened, 11)


async def test_a_trimmed_empty_stream_stops_the_relay(engines: Engines) -> None:
    async with (
        engines.fresh("notes").opened() as opened,
        engines.stream("notes") as (connection, names),
    ):
        async with relaying(opened, connection, names):
            await append(opened, note())
            await _holds(connection, names, opened, 1)
        await ask(connection, f"STREAM.PURGE.{names.stream}")
        async with relaying(opened, connection, names) as relay:
            await until(lambda: relay.state is RelayState.STREAM_TRIMMED)


async def test_a_store_set_back_behind_its_stream_stops_the_relay(engines: Engines) -> None:
    fresh = engines.fresh("notes")
    async with fresh.opened() as opened, engines.stream("notes") as (connection, names):
        await _set_back(fresh, opened, connection, names, keep=4, of=6)
        async with relaying(opened, connection, names) as relay:
            await until(lambda: relay.state is RelayState.STORE_BEHIND_STREAM)
            await append(opened, note())
            assert len(await _stream(connection, names)) == 6, "nothing is published meanwhile"


async def test_a_process_that_does_not_relay_sees_it_too(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.eventstore.relay.WATCH_EVERY", 0.02)
    fresh = engines.fresh("notes")
    async with fresh.opened() as opened, engines.stream("notes") as (connection, names):
        await _set_back(fresh, opened, connection, names, keep=4, of=6)
        relay = Relay(opened.database, opened.store, connection, names)
        watching = asyncio.create_task(relay.watch())
        try:
            await until(lambda: relay.state is RelayState.STORE_BEHIND_STREAM)
            stream = await _stream(connection, names)
            tail = await read_tail(connection, names.stream)
            await _recovered(fresh, opened, Behind(tail, stream[3].position))
            await until(lambda: relay.state is RelayState.STANDBY)
            assert await _stream(connection, names) == stream, "it publishes nothing"
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


async def test_recovery_goes_on_without_losing_or_doubling(engines: Engines) -> None:
    fresh = engines.fresh("notes")
    async with fresh.opened() as opened, engines.stream("notes") as (connection, names):
        await _set_back(fresh, opened, connection, names, keep=4, of=6)
        before = await _stream(connection, names)
        meanwhile = [note() for _ in range(3)]
        await append(opened, *meanwhile)

        tail = await read_tail(connection, names.stream)
        common = before[3].position
        done = await _recovered(fresh, opened, Behind(tail, common))
        assert done.repositioned == 3
        async with relaying(opened, connection, names) as relay:
            await append(opened, note())
            await until(lambda: relay.state is RelayState.RUNNING)

            async def arrived() -> bool:
                return len(await _stream(connection, names)) == 6 + 3 + 1 + 1

            await until(arrived)
        after = await _stream(connection, names)
        assert after[:6] == before, "what was published stays"
        assert len({each.event_id for each in after}) == len(after), "nothing is doubled"
        positions = [each.position for each in after]
        assert positions == sorted(set(positions))
        stored = [str(e.event_id) for e in await opened.store.read_after(common, 100)]
        assert [each.event_id for each in after[6:]] == stored, "nothing is lost, order is kept"


async def _recovered(fresh: Fresh, opened: Opened, behind: Behind) -> Recovered:
    """Taking nothing back."""
    async with await psycopg.AsyncConnection.connect(fresh.owner_dsn) as connection:
        return await go_on(
            connection, opened.mapper, behind, OPERATOR, datetime.now(UTC),
            repositioned=await make_way(connection, behind), taken_back=0, lost=2,
        )  # fmt: skip


async def _set_back(
    fresh: Fresh, opened: Opened, connection: Client, names: Names, *, keep: int, of: int
) -> None:
    """Publish `of` events, then make the store as a restore to an earlier time leaves it."""
    async with relaying(opened, connection, names):
        await append(opened, *(note() for _ in range(of)))
        await _holds(connection, names, opened, of)
    with psycopg.connect(fresh.superuser_dsn) as connection_:
        connection_.execute("SET session_replication_role = replica")
        connection_.execute(
            "DELETE FROM events WHERE position >"
            " (SELECT position FROM events ORDER BY position OFFSET %s LIMIT 1)",
            (keep - 1,),
        )

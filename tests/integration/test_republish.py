"""A service's events once more: the same bytes and headers, in order, each once, whatever comes."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from nats.aio.client import Client

from countersign.republish.replaying import (
    CannotReplay,
    Replaying,
    remove,
    stream_beside,
    subject_beside,
)
from shared.eventstore.cloudevents import Names
from shared.eventstore.relay import Relay
from shared.eventstore.stream import StreamRefused, ask, read_tail
from tests.support.build import append, note
from tests.support.engines import Engines, Opened
from tests.support.wait import until

pytestmark = pytest.mark.anyio
NOTES = 12


@dataclass
class Service:
    opened: Opened
    owner_dsn: str
    connection: Client
    names: Names

    @property
    def replaying(self) -> Replaying:
        return Replaying(self.opened.database, self.opened.store, self.connection, self.names)

    async def positions(self) -> list[int]:
        return [each.position for each in await self.opened.store.read_after(0, 1000)]


@pytest.fixture
async def service(engines: Engines) -> AsyncIterator[Service]:
    """With notes in its store, all of them in its live stream."""
    fresh = engines.fresh("notes")
    async with (
        fresh.opened() as opened,
        engines.stream("notes") as (connection, names),
        _relaying(opened, connection, names),
    ):
        await append(opened, *(note() for _ in range(NOTES)))

        async def all_there() -> bool:
            return (await read_tail(connection, names.stream)).sequence == NOTES

        await until(all_there)
        found = Service(opened, fresh.owner_dsn, connection, names)
        try:
            yield found
        finally:
            await remove(connection, names)


@asynccontextmanager
async def _relaying(opened: Opened, connection: Client, names: Names) -> AsyncIterator[None]:
    running = asyncio.create_task(Relay(opened.database, opened.store, connection, names).run())
    try:
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def messages(connection: Client, stream: str) -> list[tuple[str, dict[str, str], bytes]]:
    """Subject, headers but those of the batch it came in, and body of each."""
    last = (await ask(connection, f"STREAM.INFO.{stream}"))["state"]["last_seq"]
    found = []
    for sequence in range(1, last + 1):
        kept = (await ask(connection, f"STREAM.MSG.GET.{stream}", {"seq": sequence}))["message"]
        lines = base64.b64decode(kept["hdrs"]).decode().split("\r\n")[1:]
        headers = dict(line.split(": ", 1) for line in lines if ": " in line)
        own = {
            name: value
            for name, value in headers.items()
            if not name.startswith(("Nats-Batch", "Nats-Expected"))
        }
        found.append((kept["subject"], own, base64.b64decode(kept["data"])))
    return found


async def state(connection: Client, stream: str) -> dict[str, Any]:
    info = await ask(connection, f"STREAM.INFO.{stream}")
    return {"config": info["config"], "state": info["state"]}


def _quietly(done: int, of: int) -> None:
    """Nobody watches."""


async def test_what_was_published_is_published_as_it_was(service: Service) -> None:
    live = service.names.stream
    before = await state(service.connection, live)
    done = await service.replaying.run(0, None, _quietly)
    assert (done.published, done.position) == (NOTES, (await service.positions())[-1])
    again = await messages(service.connection, stream_beside(service.names))
    assert again == [
        (subject_beside(subject), headers, body)
        for subject, headers, body in await messages(service.connection, live)
    ]
    assert all(subject.startswith("care-replay.LOCAL.notes.note.") for subject, _, _ in again)
    assert b"sealed" in again[0][2], "what is personal stays sealed"
    before["state"].pop("consumer_count")
    after = await state(service.connection, live)
    after["state"].pop("consumer_count")
    assert after == before


async def test_interrupted_anywhere_it_goes_on(service: Service) -> None:
    class Interrupted(Exception):
        pass

    def interrupt(done: int, of: int) -> None:
        raise Interrupted

    for _ in range(3):
        with pytest.raises(Interrupted):
            await service.replaying.run(0, None, interrupt, most=2)
    done = await service.replaying.run(0, None, _quietly, most=5)
    assert done.published == NOTES - 6
    again = await messages(service.connection, stream_beside(service.names))
    assert [int(headers["ce-position"]) for _, headers, _ in again] == await service.positions()
    assert [headers["ce-previous"] for _, headers, _ in again] == [
        "0", *(headers["ce-position"] for _, headers, _ in again[:-1]),
    ]  # fmt: skip
    assert (await service.replaying.run(0, None, _quietly)).published == 0
    await append(service.opened, note())
    assert (await service.replaying.run(0, None, _quietly)).published == 1


async def test_a_part_of_them(service: Service) -> None:
    positions = await service.positions()
    done = await service.replaying.run(positions[3], positions[7], _quietly)
    assert (done.published, done.position) == (4, positions[7])
    again = await messages(service.connection, stream_beside(service.names))
    assert [int(headers["ce-position"]) for _, headers, _ in again] == positions[4:8]
    assert again[0][1]["ce-previous"] == str(positions[3])
    with pytest.raises(CannotReplay, match=f"begun after position {positions[3]}"):
        await service.replaying.run(0, None, _quietly)
    assert (await service.replaying.run(positions[3], None, _quietly)).published == NOTES - 8


async def test_two_at_once_do_not_interleave(service: Service) -> None:
    tasks = [service.replaying.run(0, None, _quietly, most=1) for _ in range(3)]
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    refused = [each for each in ended if isinstance(each, BaseException)]
    assert all(isinstance(each, StreamRefused) for each in refused), refused
    await service.replaying.run(0, None, _quietly)
    again = await messages(service.connection, stream_beside(service.names))
    assert [int(headers["ce-position"]) for _, headers, _ in again] == await service.positions()


async def test_after_a_recovery_the_first_names_the_stream_s_last(service: Service) -> None:
    """As it did when it was published: who follows sees that something is gone."""
    positions = await service.positions()
    lost = positions[5] + 1
    with psycopg.connect(service.owner_dsn) as owner:
        owner.execute(
            "INSERT INTO recoveries (tail_position, tail_event_id) VALUES (%s, 'lost')", (lost,)
        )
    await service.replaying.run(0, None, _quietly)
    again = await messages(service.connection, stream_beside(service.names))
    before = [int(headers["ce-previous"]) for _, headers, _ in again]
    assert before == [0, *positions[:5], lost, *positions[6:-1]]


async def test_what_has_gone_with_time_is_begun_anew(service: Service) -> None:
    await service.replaying.run(0, None, _quietly)
    await ask(service.connection, f"STREAM.PURGE.{stream_beside(service.names)}")
    with pytest.raises(CannotReplay, match="has gone with time"):
        await service.replaying.run(0, None, _quietly)
    assert await remove(service.connection, service.names)
    assert not await remove(service.connection, service.names)
    assert (await service.replaying.run(0, None, _quietly)).published == NOTES
    config = (await ask(service.connection, f"STREAM.INFO.{stream_beside(service.names)}"))[
        "config"
    ]
    assert config["max_age"] == 7 * 86_400 * 1_000_000_000

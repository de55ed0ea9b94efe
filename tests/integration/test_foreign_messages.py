"""What is no event and no key, and yet in a stream: whoever may ask the broker something can have
its answer sent there. Nobody can have anything else sent."""

import asyncio

import nats.errors
import pytest
from pydantic_core import to_json

from deploy.local.layout import ODS_CODE
from services.supervision.projection import METADATA
from shared.eventstore.cloudevents import KEYS, Names
from shared.eventstore.relay import Relay, RelayState
from shared.eventstore.stream import ask, publish, read_at, read_tail
from shared.platform.key_follower import KeyFollower
from tests.integration.test_permissions import _as
from tests.support.build import NOW, append, note
from tests.support.engines import Engines
from tests.support.keeping import SUBJECT
from tests.support.wait import until

pytestmark = pytest.mark.anyio
NOTES = Names(ODS_CODE, "notes")
ASKED = "$JS.API.STREAM.INFO.CARE_SUPERVISION"


async def _misled(engines: Engines, target: str) -> None:
    """Referrals has the broker send its answer to a subject it may not publish."""
    connection = await _as("referrals", engines, [])
    await connection.publish(ASKED, reply=target)
    await connection.flush()
    await connection.close()


async def test_the_relay_passes_over_what_is_no_event(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.eventstore.relay.WATCH_EVERY", 0.02)
    target = NOTES.subject("note", "countersign.notes.note-recorded.v1")
    fresh = engines.fresh("notes")
    async with (
        engines.stream("supervision"),
        fresh.opened() as opened,
        engines.stream("notes") as (connection, names),
    ):
        watching = Relay(opened.database, opened.store, connection, names)
        tasks = [asyncio.create_task(watching.watch())]

        async def holds(count: int) -> None:
            async def it_does() -> bool:
                state = (await ask(connection, f"STREAM.INFO.{names.stream}"))["state"]
                return int(state["messages"]) == count

            await until(it_does)

        await _misled(engines, target)
        await holds(1)
        first = Relay(opened.database, opened.store, connection, names)
        tasks.append(asyncio.create_task(first.run()))
        await append(opened, note())
        await holds(2)
        tasks[-1].cancel()
        await asyncio.gather(tasks.pop(), return_exceptions=True)
        await _misled(engines, target)
        await holds(3)
        assert await read_at(connection, names.stream, 1) is None
        tail = await read_tail(connection, names.stream)
        assert (tail.sequence, tail.trimmed) == (3, False)
        relay = Relay(opened.database, opened.store, connection, names)
        tasks.append(asyncio.create_task(relay.run()))
        await append(opened, note())

        async def all_there() -> bool:
            return (await read_tail(connection, names.stream)).sequence == 4

        await until(all_there)
        assert not any(each.done() for each in (tasks[0], tasks[-1])), "nothing ended by it"
        assert watching.state is RelayState.STANDBY
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_keys_are_followed_past_what_is_no_key(engines: Engines) -> None:
    fresh = engines.fresh("supervision")
    names = Names(ODS_CODE, "referrals")
    async with (
        engines.stream("supervision"),
        engines.key_stream() as connection,
        fresh.opened() as opened,
        engines.connected("supervision", opened.database) as messaging,
    ):
        await _misled(engines, names.keys.replace(">", "anything"))
        for body in (b"{}", b"no JSON", b"[1]", b'{"key_id": "x", "wrapped": null}'):
            await publish(connection, names.keys.replace(">", "malformed"), body)
        key = {
            "key_id": "01a00000-0000-7000-8000-000000000001", "subject": SUBJECT,
            "wrapped": "AAAA", "kek": "kek-1", "created_at": NOW.isoformat(), "destroyed_at": None,
        }  # fmt: skip
        await publish(connection, names.keys.replace(">", str(key["key_id"])), to_json(key))
        follower = KeyFollower(
            opened.database, messaging, "supervision", "referrals", opened.keys, METADATA
        )
        running = asyncio.create_task(follower.run())

        async def taken() -> bool:
            return bool(await opened.database.run("SELECT FROM keys.data_keys"))

        await until(taken)
        assert not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert (await ask(connection, f"STREAM.INFO.{KEYS}"))["state"]["messages"] > 0


async def test_nobody_answers_outside_of_inboxes(engines: Engines) -> None:
    """A question that one asks oneself, with an answer for somewhere else."""
    refusals: list[str] = []
    own = NOTES.ask_head
    async with engines.stream("referrals") as (connection, names):
        target = names.subject("service-user", "countersign.referrals.restriction-set.v1")
        notes = await _as("notes", engines, refusals)
        asked = await notes.subscribe(own)
        await notes.flush()
        await notes.publish(own, reply=target)
        message = await asked.next_msg(timeout=20)
        await notes.publish(message.reply, b'{"forged": true}')
        await until(lambda: any("permissions violation" in each for each in refusals))
        state = (await ask(connection, f"STREAM.INFO.{names.stream}"))["state"]
        assert state["messages"] == 0
        await notes.close()


async def test_services_still_answer_each_other(engines: Engines) -> None:
    notes, audit = await _as("notes", engines, []), await _as("audit", engines, [])
    asked = await notes.subscribe(NOTES.ask_head)
    await notes.flush()
    answer = asyncio.create_task(audit.request(NOTES.ask_head, timeout=20))
    await (await asked.next_msg(timeout=20)).respond(b"7")
    try:
        assert (await answer).data == b"7"
    except nats.errors.TimeoutError:
        pytest.fail("no answer came")
    await notes.close()
    await audit.close()

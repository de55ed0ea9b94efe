"""Commands of several processes on one database: each request is done once."""

import asyncio
from dataclasses import replace

import pytest

from services.notes.access import COUNTERSIGN_NOTE
from services.notes.domain import Note
from services.notes.policy import DEFAULT
from services.notes.projection import rows
from shared.eventstore.commands import Commands, Outcome
from shared.kernel.call import Call, Caller, Idempotency
from shared.kernel.errors import IdempotencyKeyReused, IfMatchRequired, VersionChanged
from tests.support.build import NOW, NURSE, note
from tests.support.engines import Engines, Opened

pytestmark = pytest.mark.anyio
CALLER = Caller("nurse-1", "Nurse 1", frozenset({"registered_practitioner"}), frozenset())
CALL = Call(COUNTERSIGN_NOTE, CALLER, "registered_practitioner", NOW)
KEYED = replace(CALL, idempotency=Idempotency(b"key", b"request"))


async def _commands(opened: Opened) -> Commands:
    await opened.key_of(note())
    return Commands(
        opened.database, opened.store, opened.mapper, opened.keys, opened.unit_of_work, rows, {}
    )


async def test_the_same_key_in_two_processes_is_done_once(engines: Engines) -> None:
    fresh = engines.fresh("notes")
    async with fresh.opened() as one, fresh.opened() as two:
        both = await _commands(one), await _commands(two)
        for number in range(10):
            key = replace(CALL, idempotency=Idempotency(bytes([number]), b"request"))
            outcomes = await asyncio.gather(*(each.create(key, note, Note) for each in both))
            assert outcomes[0].aggregate.id == outcomes[1].aggregate.id
            assert sorted(outcome.replayed for outcome in outcomes) == [False, True]
        assert len(await one.store.read_after(0, 100)) == 10


async def test_a_replay_gives_the_version_it_gave_first(engines: Engines) -> None:
    async with engines.fresh("notes").opened() as opened:
        commands = await _commands(opened)
        made = (await commands.create(KEYED, note, Note)).aggregate
        await _sign(commands, replace(CALL, if_match=1), made)
        again = await commands.create(KEYED, note, Note)
        assert again.replayed
        assert again.aggregate.version == 1
        other = replace(CALL, idempotency=Idempotency(b"key", b"another request"))
        with pytest.raises(IdempotencyKeyReused):
            await commands.create(other, note, Note)


async def test_one_of_two_processes_wins_a_version(engines: Engines) -> None:
    fresh = engines.fresh("notes")
    async with fresh.opened() as one, fresh.opened() as two:
        both = await _commands(one), await _commands(two)
        made = (await both[0].create(CALL, note, Note)).aggregate
        signing = replace(CALL, if_match=1)
        results = await asyncio.gather(
            *(_sign(each, signing, made) for each in both), return_exceptions=True
        )
        assert sorted(type(result).__name__ for result in results) == ["Outcome", "VersionChanged"]
        assert (await one.store.load(Note, made.id)).version == 2


async def test_a_keyed_change_in_two_processes_answers_both(engines: Engines) -> None:
    fresh = engines.fresh("notes")
    async with fresh.opened() as one, fresh.opened() as two:
        both = await _commands(one), await _commands(two)
        made = (await both[0].create(CALL, note, Note)).aggregate
        signing = replace(KEYED, if_match=1)
        outcomes = await asyncio.gather(*(_sign(each, signing, made) for each in both))
        assert [outcome.aggregate.version for outcome in outcomes] == [2, 2]


async def test_a_change_says_which_version_it_is_for(engines: Engines) -> None:
    async with engines.fresh("notes").opened() as opened:
        commands = await _commands(opened)
        made = (await commands.create(CALL, note, Note)).aggregate
        with pytest.raises(IfMatchRequired):
            await _sign(commands, CALL, made)
        with pytest.raises(VersionChanged):
            await _sign(commands, replace(CALL, if_match=2), made)
        assert (await opened.store.load(Note, made.id)).version == 1


async def _sign(commands: Commands, call: Call, made: Note) -> Outcome[Note]:
    return await commands.change(
        call,
        Note,
        made.id,
        lambda n: n.countersign(NURSE, NOW, "validated", n.digest, None, DEFAULT.rules),
    )

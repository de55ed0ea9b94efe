"""Keys go from their owner to who needs them, and what was destroyed is destroyed everywhere."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from nats.aio.client import Client
from psycopg import AsyncConnection
from psycopg.pq import TransactionStatus
from pydantic_core import from_json, to_json

from deploy.local.layout import ODS_CODE
from services.notes import projection as notes_projection
from services.notes.domain import Note
from services.referrals.domain import ServiceUser
from shared.eventstore import handover
from shared.eventstore.cloudevents import KEYS, Names
from shared.eventstore.database import Rows
from shared.eventstore.handover import KeyHandover
from shared.eventstore.rotation import rotate
from shared.eventstore.stream import StreamRefused, ask, count_subjects, publish
from shared.eventstore.wrapping import CannotUnwrap, KeyRing, Wrapped
from shared.kernel.errors import ContentDestroyed
from shared.kernel.ids import new_id
from tests.support.backups import backed_up, restored
from tests.support.build import NOW, SERVICE_USER, note
from tests.support.engines import Engines, Opened, renew_key_stream
from tests.support.keeping import (
    CALL,
    MANAGER,
    PEOPLE,
    SUBJECT,
    commands,
    destroyed,
    following,
    handing_over,
    service_user,
)
from tests.support.keys import ring
from tests.support.wait import until

pytestmark = pytest.mark.anyio
NAMES = Names(ODS_CODE, "referrals")


async def _register(opened: Opened, *ids: UUID) -> None:
    people = commands(opened, PEOPLE)
    for each in ids:
        await people.create(CALL, lambda person=each: service_user(person, None), ServiceUser)  # type: ignore[misc]


def _people(how_many: int) -> list[UUID]:
    return [new_id() for _ in range(how_many)]


async def _held(opened: Opened, what: str = "wrapped IS NOT NULL") -> int:
    [row] = await opened.database.run(f"SELECT count(*) AS n FROM keys.data_keys WHERE {what}")
    return int(row["n"])


async def _streamed(connection: Client) -> int:
    return await count_subjects(connection, KEYS, NAMES.keys)


async def _last_words(connection: Client, key_id: UUID) -> list[dict[str, Any]]:
    """What the stream says of a key; nothing where it doesn't."""
    asked = {"last_by_subj": NAMES.key(key_id)}
    try:
        found = await ask(connection, f"STREAM.MSG.GET.{KEYS}", asked)
    except StreamRefused:
        return []
    return [from_json(base64.b64decode(found["message"]["data"]))]


async def test_a_key_reaches_who_needs_it_and_opens_the_same(engines: Engines) -> None:
    async with (
        engines.fresh("referrals").opened() as referrals,
        engines.fresh("notes").opened() as notes,
        engines.key_stream(),
        handing_over(engines, referrals, "referrals"),
        following(engines, notes, "notes"),
    ):
        await _register(referrals, SERVICE_USER)
        sealed = (await referrals.keys.sealer(SUBJECT)).seal(b"words", "here")
        assert (await notes.keys.sealer(SUBJECT)).open(sealed, "here") == b"words"


async def test_who_follows_later_or_again_has_them_all(engines: Engines) -> None:
    fresh = engines.fresh("audit")
    async with (
        engines.fresh("referrals").opened() as referrals,
        engines.key_stream(),
        handing_over(engines, referrals, "referrals"),
    ):
        for expected in (3, 6):
            await _register(referrals, *_people(3))
            async with fresh.opened() as audit, following(engines, audit, "audit"):

                async def all_here(opened: Opened = audit, count: int = expected) -> bool:
                    return await _held(opened) == count

                await until(all_here)


async def test_a_broker_that_lost_the_keys_is_given_them_again(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover, "COMPARE_EVERY", 0.1)
    async with (
        engines.fresh("referrals").opened() as referrals,
        engines.fresh("notes").opened() as notes,
        engines.key_stream() as connection,
        handing_over(engines, referrals, "referrals"),
    ):
        await _register(referrals, *_people(5))

        async def all_streamed() -> bool:
            return await _streamed(connection) == 5

        await until(all_streamed)
        await renew_key_stream(connection)
        await until(all_streamed)
        async with following(engines, notes, "notes"):

            async def all_here() -> bool:
                return await _held(notes) == 5

            await until(all_here)
            await renew_key_stream(connection)
            await _register(referrals, new_id())

            async def one_more() -> bool:
                return await _held(notes) == 6

            await until(one_more)


async def test_a_stream_that_was_purged_is_filled_again(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is still the stream made then, so only what it holds tells."""
    monkeypatch.setattr(handover, "COMPARE_EVERY", 0.1)
    async with (
        engines.fresh("referrals").opened() as referrals,
        engines.key_stream() as connection,
        handing_over(engines, referrals, "referrals"),
    ):
        await _register(referrals, SERVICE_USER, *_people(4))

        async def all_streamed() -> bool:
            return await _streamed(connection) == 5

        await until(all_streamed)
        await ask(connection, f"STREAM.PURGE.{KEYS}")
        await until(all_streamed)


async def test_a_stream_restored_from_a_backup_is_given_the_last_word_again(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is still the stream made then, and has an older word on as many keys."""
    monkeypatch.setattr(handover, "COMPARE_EVERY", 0.1)
    async with (
        engines.fresh("referrals").opened("kek-1") as referrals,
        engines.key_stream() as connection,
        handing_over(engines, referrals, "referrals"),
    ):
        await _register(referrals, SERVICE_USER)
        key = await referrals.keys.sealer(SUBJECT)

        async def streamed(kek: str) -> bool:
            found = await _last_words(connection, key.id)
            return [said["kek"] for said in found] == [kek]

        await until(lambda: streamed("kek-1"))
        backup = await backed_up(connection, KEYS)
        await _rotate(referrals, ring("kek-2", "kek-1"))
        await until(lambda: streamed("kek-2"))
        await restored(connection, KEYS, backup)
        await until(lambda: streamed("kek-2"))


async def test_all_that_wait_are_counted_not_a_batch_of_them(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []

    class Watched(KeyHandover):
        async def _hand_over(self, keys: Rows) -> None:
            counted.append(self.waiting)
            await super()._hand_over(keys)

    monkeypatch.setattr(handover, "MOST_KEYS", 2)
    async with (
        engines.fresh("referrals").opened() as referrals,
        engines.key_stream(),
        engines.connected("referrals", referrals.database) as messaging,
    ):
        await _register(referrals, *_people(5))
        handing = Watched(referrals.database, messaging.connection, messaging.names())
        running = asyncio.create_task(handing.run())
        await until(lambda: len(counted) == 3 and handing.waiting == 0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert counted == [5, 3, 1]


async def test_without_the_broker_keys_wait_and_are_counted(engines: Engines) -> None:
    async with (
        engines.fresh("referrals").opened() as referrals,
        engines.key_stream() as connection,
    ):
        await ask(connection, f"STREAM.DELETE.{KEYS}")
        await _register(referrals, *_people(2))
        async with handing_over(engines, referrals, "referrals") as handing:
            await until(lambda: handing.failing and handing.waiting == 2)
            await renew_key_stream(connection)
            await until(lambda: not handing.failing and handing.waiting == 0)
        assert await _streamed(connection) == 2


async def test_a_destroyed_key_is_destroyed_everywhere_and_stays_so(engines: Engines) -> None:
    async with (
        engines.fresh("referrals").opened() as referrals,
        engines.fresh("notes").opened() as notes,
        engines.fresh("audit").opened() as audit,
        engines.key_stream() as connection,
        handing_over(engines, referrals, "referrals"),
        following(engines, notes, "notes") as follower,
        following(engines, audit, "audit"),
    ):
        await _register(referrals, SERVICE_USER)
        key = await notes.keys.sealer(SUBJECT)
        live = await ask(connection, f"STREAM.MSG.GET.{KEYS}", {"last_by_subj": NAMES.key(key.id)})

        await destroyed(referrals.database, "referrals", SUBJECT)
        for opened in (notes, audit):

            async def gone(each: Opened = opened) -> bool:
                return await _held(each, "wrapped IS NULL AND destroyed_at IS NOT NULL") == 1

            await until(gone)
        with pytest.raises(ContentDestroyed):
            await notes.keys.sealer(SUBJECT)
        assert await audit.keys.opening([key.id]) == {key.id: None}
        info = await ask(connection, f"STREAM.INFO.{KEYS}")
        assert info["state"]["messages"] == 1, "the wrapped key is no longer in the stream"

        # A copy of the key that was on its way for long arrives now.
        late = await publish(
            connection, NAMES.key(key.id), base64.b64decode(live["message"]["data"])
        )
        await until(lambda: follower.position >= late)
        assert await _held(notes) == 0
        with pytest.raises(ContentDestroyed):
            await notes.keys.sealer(SUBJECT)


async def test_a_new_leader_says_again_what_was_destroyed(engines: Engines) -> None:
    """So a live copy that an old leader published last does not stay the last word."""
    async with (
        engines.fresh("referrals").opened() as referrals,
        engines.fresh("notes").opened() as notes,
        engines.key_stream() as connection,
    ):
        await _register(referrals, SERVICE_USER)
        async with handing_over(engines, referrals, "referrals"):

            async def streamed() -> bool:
                return await _streamed(connection) == 1

            await until(streamed)
        key = await referrals.keys.sealer(SUBJECT)
        live = await ask(connection, f"STREAM.MSG.GET.{KEYS}", {"last_by_subj": NAMES.key(key.id)})
        await destroyed(referrals.database, "referrals", SUBJECT)
        async with handing_over(engines, referrals, "referrals"):

            async def handed_over() -> bool:
                return await _held(referrals, "handed_over") == 1

            await until(handed_over)
        await publish(connection, NAMES.key(key.id), base64.b64decode(live["message"]["data"]))
        async with (
            handing_over(engines, referrals, "referrals"),
            following(engines, notes, "notes"),
        ):

            async def gone() -> bool:
                return await _held(notes, "wrapped IS NULL") == 1

            await until(gone)


async def _said_destroyed(connection: Client, key_id: UUID) -> int:
    """What the owner says of a destroyed key. Returns where it is in the stream."""
    [said] = await _last_words(connection, key_id)
    gone = {**said, "wrapped": None, "kek": None, "destroyed_at": NOW}
    return await publish(connection, NAMES.key(key_id), to_json(gone))


async def _note(opened: Opened) -> dict[str, Any]:
    [row] = await opened.database.run("SELECT xmin::text, document FROM notes")
    return row


async def test_a_key_made_later_outlives_what_is_said_of_an_earlier_one(engines: Engines) -> None:
    """An owner that was set back made a second key; old news of the first arrives after it."""
    async with (
        engines.fresh("referrals").opened() as referrals,
        engines.fresh("notes").opened() as notes,
        engines.key_stream() as connection,
        handing_over(engines, referrals, "referrals"),
        following(engines, notes, "notes") as follower,
    ):
        first, second = [
            await referrals.new_key(SUBJECT, NOW + timedelta(days=days)) for days in (0, 1)
        ]

        async def both_here() -> bool:
            return await _held(notes) == 2

        await until(both_here)
        await commands(notes, notes_projection.rows).create(CALL, note, Note)
        said = await _said_destroyed(connection, first.id)
        await until(lambda: follower.position >= said)
        assert await notes.keys.opening([first.id]) == {first.id: None}
        assert (await notes.keys.sealer(SUBJECT)).id == second.id
        assert (await _note(notes))["document"], "it is sealed under the second"


async def test_what_was_destroyed_long_ago_is_not_cleared_again(engines: Engines) -> None:
    """A new leader says all of it; that must not rewrite the rows of everyone destroyed."""
    async with (
        engines.fresh("referrals").opened() as referrals,
        engines.fresh("notes").opened() as notes,
        engines.key_stream() as connection,
        handing_over(engines, referrals, "referrals"),
        following(engines, notes, "notes") as follower,
    ):
        await _register(referrals, SERVICE_USER)
        key = await notes.keys.sealer(SUBJECT)
        await commands(notes, notes_projection.rows).create(CALL, note, Note)
        said = await _said_destroyed(connection, key.id)
        await until(lambda: follower.position >= said)
        cleared = await _note(notes)
        assert cleared["document"] is None
        again = await _said_destroyed(connection, key.id)
        await until(lambda: follower.position >= again)
        assert await _note(notes) == cleared


class _Interrupted(KeyRing):
    """A ring that fails in the middle."""

    left = 3

    async def unwrap(self, wrapped: Wrapped, context: bytes) -> bytes:
        self.left -= 1
        if self.left < 0:
            raise CannotUnwrap()
        return await super().unwrap(wrapped, context)


async def _rotate(opened: Opened, wrapper: KeyRing) -> int:
    connection = await opened.database.connect()
    try:
        return await rotate(
            connection, "referrals", wrapper, opened.mapper, MANAGER, datetime.now(UTC), most=2
        )
    finally:
        await connection.close()


async def test_rotation_can_be_interrupted_and_goes_on(engines: Engines) -> None:
    fresh, later = engines.fresh("referrals"), engines.fresh("notes")
    async with (
        fresh.opened("kek-1") as referrals,
        later.opened("kek-2", "kek-1") as notes,
        engines.key_stream(),
        handing_over(engines, referrals, "referrals"),
        following(engines, notes, "notes"),
    ):
        await _register(referrals, SERVICE_USER, *_people(4))
        sealed = (await notes.keys.sealer(SUBJECT)).seal(b"words", "here")

        failing = _Interrupted(ring("kek-2", "kek-1")._keys)
        with pytest.raises(CannotUnwrap):
            await _rotate(referrals, failing)
        assert await _held(referrals, "kek = 'kek-2'") == 2, "one batch of two was done"

        assert await _rotate(referrals, ring("kek-2", "kek-1")) == 3
        assert await _rotate(referrals, ring("kek-2", "kek-1")) == 0
        events = [e for e in await referrals.store.read_after(0, 100) if "key-rotated" in e.type]
        assert len(events) == 3, "each batch is on record"

        async def taken_over() -> bool:
            return await _held(notes, "kek = 'kek-2'") == 5

        await until(taken_over)
    async with fresh.opened("kek-2") as referrals, later.opened("kek-2") as notes:
        for opened in (referrals, notes):
            assert (await opened.keys.sealer(SUBJECT)).open(sealed, "here") == b"words"


class _Slow(KeyRing):
    """As slow as a service elsewhere: while it wraps, the connection must be in no transaction."""

    def __init__(self, ring_: KeyRing, opened: Opened, connection: AsyncConnection[Any]) -> None:
        super().__init__(ring_._keys)
        self._opened = opened
        self._connection = connection
        self._destroyed = False

    async def wrap(self, key: bytes, context: bytes) -> Wrapped:
        assert self._connection.info.transaction_status == TransactionStatus.IDLE
        if not self._destroyed:
            self._destroyed = True
            await destroyed(self._opened.database, "referrals", SUBJECT)
        return await super().wrap(key, context)


async def test_a_key_that_changes_while_it_is_wrapped_is_left_alone(engines: Engines) -> None:
    async with engines.fresh("referrals").opened("kek-1") as referrals:
        await _register(referrals, SERVICE_USER, *_people(2))
        connection = await referrals.database.connect()
        async with connection:
            ring_ = _Slow(ring("kek-2", "kek-1"), referrals, connection)
            at = datetime.now(UTC)
            assert await rotate(connection, "referrals", ring_, referrals.mapper, MANAGER, at) == 2
        assert await _held(referrals, "kek = 'kek-2'") == 2
        assert await _held(referrals, "wrapped IS NULL") == 1, "destroyed meanwhile"
        [said] = [
            from_json(each.body)["data"]
            for each in await referrals.store.read_after(0, 100)
            if "key-rotated" in each.type
        ]
        assert (said["from_keys"], said["to_key"], said["rewrapped"]) == (["kek-1"], "kek-2", 2)

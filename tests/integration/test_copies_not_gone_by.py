"""`countersign recover`: streams and keys that can't be gone by, and what is said of them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import psycopg
import pytest
from pydantic_core import to_json

from countersign.recover.copies import CopyBroken
from countersign.recover.missing import CannotTell
from shared.eventstore.cloudevents import Names
from shared.eventstore.stream import ask
from shared.eventstore.streams import create, stream_of_events
from shared.kernel.ids import new_id
from tests.support.build import NOW, append, note
from tests.support.engines import Engines, renew_stream
from tests.support.keeping import SUBJECT
from tests.support.set_back import Store, key_of, set_back

pytestmark = pytest.mark.anyio
WISHES = [{}, *({wish: True} for wish in ("only_list", "accept_loss", "without_stream", "keys"))]


@pytest.fixture
async def store(engines: Engines) -> AsyncIterator[Store]:
    async with set_back(engines) as store:
        yield store


async def test_a_stream_with_a_hole_is_not_gone_by(store: Store) -> None:
    await store.published(note(), note())
    store_events = await store.opened.store.read_after(0, 100)
    headers = {
        "ce-id": "01a00000-0000-7000-8000-00000000dead", "ce-type": store_events[0].type,
        "ce-position": str(store_events[-1].position + 2),
        "ce-previous": str(store_events[-1].position + 1),
    }  # fmt: skip
    subject = store.names.subject("note", store_events[0].type)
    await store.nats.publish(subject, store_events[0].body, headers=headers)
    await store.nats.flush()
    with pytest.raises(CopyBroken):
        await store.recover()


async def put(store: Store, body: bytes, **headers: str) -> None:
    """At the stream's end, as whoever has the service's password could."""
    subject = store.names.subject("note", "countersign.notes.note-recorded.v1")
    given = {f"ce-{name}": value for name, value in headers.items()}
    await store.nats.request(subject, body, headers=given or None)


async def test_a_stream_that_begins_after_what_the_store_has_is_not_gone_by(store: Store) -> None:
    """Else what lies before its beginning was lost without a word, and its events doubled."""
    notes = [note(at=NOW + timedelta(minutes=30 * each)) for each in range(6)]
    await store.published(*notes)
    await ask(store.nats, f"STREAM.PURGE.{store.names.stream}", {"seq": 5})
    assert (await store.recover()).lost == [], "it reaches back to what the store has"
    store.lose(*[each.id for each in notes[4:]])
    with pytest.raises(CopyBroken):
        await store.recover()
    store.lose(notes[2].id, notes[3].id)
    before = await store.has()
    for wish in WISHES:
        with pytest.raises(CopyBroken):
            await store.recover(None, **wish)
    assert await store.has() == before


async def test_a_stream_whose_message_was_deleted_is_not_gone_by(store: Store) -> None:
    await ask(store.nats, f"STREAM.DELETE.{store.names.stream}")
    await create(store.nats, {**stream_of_events(store.names), "deny_delete": False})
    notes = [note(at=NOW + timedelta(minutes=30 * each)) for each in range(4)]
    await store.published(*notes)
    store.lose(*[each.id for each in notes[1:]])
    await ask(store.nats, f"STREAM.MSG.DELETE.{store.names.stream}", {"seq": 3})
    with pytest.raises(CopyBroken):
        await store.recover(accept_loss=True)


async def test_a_stream_that_was_made_anew_tells_nothing(store: Store) -> None:
    assert (await store.recover()).lost == [], "as nothing was ever published"
    made = note()
    await store.published(made, note())
    store.lose(made.id)
    await renew_stream(store.nats, store.names)
    for wish in WISHES:
        with pytest.raises(CannotTell, match="--from-ledger"):
            await store.recover(None, **wish)
    await store.follows()


async def say_destroyed(store: Store) -> None:
    """In the stream of keys, of the one key there is, which is another's."""
    key, subject = await key_of(store)
    with psycopg.connect(store.fresh.superuser_dsn) as there:
        there.execute("SET session_replication_role = replica")
        there.execute("UPDATE keys.data_keys SET owner = 'referrals'")
    at = NOW.isoformat()
    said = {"key_id": str(key), "subject": subject, "wrapped": None, "kek": None,
            "created_at": at, "destroyed_at": at}  # fmt: skip
    names = Names(store.names.ods_code, "referrals")
    for body in (b"{}", b"no key", to_json({**said, "key_id": "1"})):
        await store.nats.request(names.key(new_id()), body)
    await store.nats.request(names.key(key), to_json(said))


async def living(store: Store) -> int:
    found = await store.opened.database.run(
        "SELECT count(*) AS keys FROM keys.data_keys WHERE destroyed_at IS NULL"
    )
    return int(found[0]["keys"])


async def test_no_key_is_destroyed_where_no_event_is_missing(store: Store) -> None:
    await store.published(note())
    await say_destroyed(store)
    assert ((await store.recover()).keys, await living(store)) == (None, 1)
    listed = await store.recover(only_list=True, keys=True)
    assert listed.keys
    assert (listed.keys.destroyed, await living(store)) == ([SUBJECT], 1)
    done = await store.recover(keys=True)
    assert done.keys
    assert (done.keys.destroyed, done.recovered, await living(store)) == ([SUBJECT], None, 0)


async def test_no_key_is_destroyed_where_the_stream_can_not_be_gone_by(store: Store) -> None:
    made = note()
    await store.published(note(), made)
    await say_destroyed(store)
    store.lose(made.id)
    await put(store, b"{}", id="x", type="x", position=str((1 << 63) - 2), previous="0")
    with pytest.raises(CopyBroken, match="no store's"):
        await store.recover(keys=True)
    assert await living(store) == 1


@pytest.mark.parametrize("wish", ["only_list", "accept_loss", "without_stream", "keys"])
async def test_a_position_that_no_store_comes_to_is_refused(store: Store, wish: str) -> None:
    await store.published(note())
    [event] = await store.has()
    await put(
        store, event.body, id=str(new_id()), type=event.type, position=str((1 << 63) - 2),
        previous=str(event.position),
    )  # fmt: skip
    with pytest.raises(CopyBroken, match="no store's"):
        await store.recover(None, **{wish: True})
    await append(store.opened, note())


async def test_one_old_time_does_not_end_the_search(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    minutes = (0, 20, 0, 20)
    notes = [note(at=NOW + timedelta(minutes=each)) for each in minutes]
    await store.published(*notes)
    store.lose(notes[1].id)
    monkeypatch.setattr("countersign.recover.missing.ENOUGH", 1)
    assert (await store.recover(only_list=True)).lost == []
    monkeypatch.setattr("countersign.recover.missing.ENOUGH", 2)
    assert len((await store.recover(only_list=True)).lost) == 1
    monkeypatch.undo()
    assert [each.id for each in (await store.recover()).lost] == [str(notes[1].id)]


async def test_what_is_no_event_is_passed_over(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    made = note()
    await store.published(note(), made)
    store.lose(made.id)
    await put(store, b"{}")
    await put(store, b"{}", position="first")
    assert [each.id for each in (await store.recover()).lost] == [str(made.id)]
    assert f"{store.names.stream} holds a message at 3 that is no event" in caplog.text


async def test_an_event_that_can_not_be_read_is_not_taken(store: Store) -> None:
    await store.published(note())
    [event] = await store.has()
    after = event.position
    await put(store, b"{}", id="x", type="x", position=str(after + 1), previous=str(after))
    with pytest.raises(CopyBroken, match="is no event"):
        await store.recover()

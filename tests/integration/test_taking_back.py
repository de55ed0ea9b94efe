"""`countersign recover`: what a store lost comes back from its stream, or is named and left."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from nats.aio.client import Client

from countersign.recover.command import Outcome, Recovery, StillRunning, Wish
from countersign.recover.copies import Copy, CopyBroken, LedgerCopy, StreamCopy
from deploy.local.stack import service
from services.notes.domain import Note
from services.notes.projection import rows
from shared.eventstore.cloudevents import Names
from shared.eventstore.leader import leading, worker_of
from shared.eventstore.relay import Relay, RelayState
from shared.eventstore.stream import ask
from shared.kernel.actor import Actor
from shared.kernel.errors import NotFound
from tests.support.build import NOW, WORKER, append, note
from tests.support.engines import Engines, Fresh, Opened, renew_stream
from tests.support.keeping import SUBJECT, destroyed
from tests.support.wait import until

pytestmark = pytest.mark.anyio
OPERATOR = Actor("operator-1", "Operator 1", "operator")


@dataclass
class Store:
    """A notes store that has published to its stream, and may be set back."""

    fresh: Fresh
    opened: Opened
    nats: Client
    names: Names

    async def published(self, *notes: Note) -> None:
        await append(self.opened, *notes)
        async with self.relaying():
            await until(self._is_behind_nothing)

    async def _is_behind_nothing(self) -> bool:
        info = await ask(self.nats, f"STREAM.INFO.{self.names.stream}")
        stored = await self.opened.store.read_after(0, 1000)
        return int(info["state"]["last_seq"]) >= len(stored)

    @asynccontextmanager
    async def relaying(self) -> AsyncIterator[Relay]:
        relay = Relay(self.opened.database, self.opened.store, self.nats, self.names)
        running = asyncio.create_task(relay.run())
        try:
            yield relay
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def lose(self, *ids: UUID, after: int = 0) -> None:
        """As a restore leaves it that has no later version of these."""
        with psycopg.connect(self.fresh.superuser_dsn) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(
                "DELETE FROM events WHERE stream_id = ANY(%s) AND version > %s", ([*ids], after)
            )
            connection.execute("DELETE FROM notes WHERE id = ANY(%s)", ([*ids],))

    async def recover(self, copy: Copy | None = None, **wish: bool) -> Outcome:
        found = service("notes")
        recovery = Recovery(
            found, rows, self.opened.database, self.opened.keys,
            copy or StreamCopy(self.nats, self.names),
            lambda: self.fresh.owner_dsn,
        )  # fmt: skip
        return await recovery.run(OPERATOR, Wish(**wish))

    async def listed(self) -> dict[UUID, int]:
        found = await self.opened.database.run("SELECT id, version FROM notes")
        return {row["id"]: row["version"] for row in found}

    async def follows(self) -> None:
        """The relay goes on, and publishes all there is."""
        async with self.relaying() as relay:
            await until(lambda: _is(relay, RelayState.RUNNING))
            await append(self.opened, note())
            head = await self.opened.store.head()
            await until(lambda: _at(relay, head))


async def _is(relay: Relay, state: RelayState) -> bool:
    return relay.state is state


async def _at(relay: Relay, position: int) -> bool:
    return relay.position >= position


@pytest.fixture
async def store(engines: Engines) -> AsyncIterator[Store]:
    fresh = engines.fresh("notes")
    async with (
        fresh.opened() as opened,
        engines.key_stream(),
        engines.stream("notes") as (connection, names),
    ):
        yield Store(fresh, opened, connection, names)


async def test_bytes_places_and_order_are_as_they_were(store: Store) -> None:
    notes = [note(at=NOW + timedelta(minutes=each)) for each in range(4)]
    await store.published(*notes)
    before = await store.opened.store.read_after(0, 100)
    store.lose(notes[2].id, notes[3].id)

    done = await store.recover()
    assert (len(done.taken), done.left) == (2, [])
    after = await store.opened.store.read_after(0, 100)
    assert after[:4] == before
    assert set(await store.listed()) == {notes[2].id, notes[3].id}, "of what came back"
    await store.follows()
    assert (await store.recover()).recovered is None, "there is nothing to recover from"


async def test_what_had_not_been_committed_is_found_below_what_had(store: Store) -> None:
    """A transaction may commit after a later one: then the restore has the later one only."""
    notes = [note(at=NOW + timedelta(minutes=each)) for each in range(4)]
    await store.published(*notes)
    store.lose(notes[1].id, notes[3].id)

    done = await store.recover()
    assert [each.id for each in done.lost] == [str(notes[1].id), str(notes[3].id)]
    assert done.recovered
    assert done.recovered.repositioned == 0, "what was published keeps its place"
    await store.follows()


async def test_what_was_written_since_stands_and_is_not_doubled(store: Store) -> None:
    first, second = note(), note()
    await store.published(first, second)
    first.add(WORKER, NOW + timedelta(minutes=1), "addendum", "Rang again later.")
    await store.published(first)
    store.lose(second.id)
    store.lose(first.id, after=1)
    again = await store.opened.store.load(Note, first.id)
    again.add(WORKER, NOW + timedelta(minutes=9), "addendum", "Wrote a letter.")
    await append(store.opened, again)

    refused = await store.recover()
    assert refused.recovered is None
    assert [*refused.refused] == [str(first.id)]
    with pytest.raises(NotFound):
        await store.opened.store.load(Note, second.id)

    done = await store.recover(accept_loss=True)
    assert [(each.id, each.version) for each in done.left] == [(str(first.id), 2)]
    assert (await store.opened.store.load(Note, second.id)).version == 1
    kept = await store.opened.store.load(Note, first.id)
    assert [each["text"] for each in kept.addenda] == ["Wrote a letter."]
    await store.follows()
    assert (await store.recover()).lost == [], "what was given up is not lost again"


async def test_nothing_comes_back_that_is_not_wanted(store: Store) -> None:
    kept, lost = note(), note()
    await store.published(kept, lost)
    store.lose(lost.id)
    done = await store.recover(without_stream=True)
    assert [each.id for each in done.left] == [str(lost.id)]
    await store.follows()
    with pytest.raises(NotFound):
        await store.opened.store.load(Note, lost.id)


async def test_listing_changes_nothing(store: Store) -> None:
    made = note()
    await store.published(made)
    store.lose(made.id)
    listed = await store.recover(only_list=True)
    assert [each.id for each in listed.lost] == [str(made.id)]
    assert await store.opened.store.read_after(0, 100) == []


async def test_a_destroyed_person_stays_so(store: Store) -> None:
    made = note()
    await store.published(made)
    store.lose(made.id)
    await destroyed(store.opened.database, "notes", SUBJECT)
    store.opened.keys.forget(*(await _key(store)))
    assert (await store.recover()).left == []
    found = await store.opened.store.load(Note, made.id)
    assert found.destroyed
    [row] = await store.opened.database.run("SELECT document FROM notes")
    assert row["document"] is None


async def _key(store: Store) -> tuple[UUID, str]:
    [row] = await store.opened.database.run("SELECT key_id FROM keys.data_keys")
    return row["key_id"], SUBJECT


async def test_not_beside_a_worker(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("countersign.recover.command.STOPS_WITHIN", 0.1)
    async with leading(store.opened.database, worker_of("notes")):
        with pytest.raises(StillRunning):
            await store.recover()


async def test_from_the_ledger_where_the_stream_is_gone_too(store: Store, engines: Engines) -> None:
    kept, lost = note(), note(at=NOW + timedelta(minutes=20))
    await store.published(kept, lost)
    before = await store.opened.store.read_after(0, 100)
    audit = engines.fresh("audit")
    with (
        psycopg.connect(store.fresh.superuser_dsn) as there,
        psycopg.connect(audit.superuser_dsn) as ledger,
    ):
        previous = 0
        for index, event in enumerate(before):
            ledger.execute(
                "INSERT INTO ledger VALUES (%s, 'notes', %s, %s, %s, %s, sha256(%s), %s, now())",
                (index, event.position, previous, event.event_id, event.type, event.body,
                 event.body),
            )  # fmt: skip
            previous = event.position
        there.execute("SET session_replication_role = replica")
        there.execute("UPDATE keys.data_keys SET owner = 'referrals'")
        [key] = there.execute("SELECT * FROM keys.data_keys").fetchall()
        ledger.execute("INSERT INTO keys.data_keys VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", key)
        there.execute("DELETE FROM keys.data_keys")
    store.lose(lost.id)
    store.opened.keys.forget(key[0], key[1])
    await renew_stream(store.nats, store.names)

    done = await store.recover(LedgerCopy(audit.dsn, "notes"))
    assert (done.left, done.keys.taken) == ([], 1)
    assert (await store.opened.store.read_after(0, 100))[:2] == before
    assert (await store.opened.store.load(Note, lost.id)).account.narrative
    await store.follows()


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

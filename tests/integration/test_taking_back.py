"""`countersign recover`: what a store lost comes back from its stream, or is named and left."""

from collections.abc import AsyncIterator
from datetime import timedelta
from io import StringIO
from uuid import UUID

import psycopg
import pytest
from rich.console import Console

from countersign.recover.command import StillRunning, Wish
from countersign.recover.copies import LedgerCopy
from countersign.recover.telling import tell
from services.notes.domain import Note, OverdueCountersignature
from shared.eventstore.leader import leading, worker_of
from shared.kernel.actor import Actor
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_id
from shared.platform.http import encode_cursor
from tests.support.build import NOW, WORKER, append, note
from tests.support.engines import Engines, renew_stream
from tests.support.keeping import SUBJECT, destroyed
from tests.support.set_back import Store, key_of, set_back

pytestmark = pytest.mark.anyio


@pytest.fixture
async def store(engines: Engines) -> AsyncIterator[Store]:
    async with set_back(engines) as store:
        yield store


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
    store.opened.keys.forget(*(await key_of(store)))
    assert (await store.recover()).left == []
    found = await store.opened.store.load(Note, made.id)
    assert found.destroyed
    [row] = await store.opened.database.run("SELECT document FROM notes")
    assert row["document"] is None


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
    assert (done.left, done.keys and done.keys.taken) == ([], 1)
    assert (await store.opened.store.read_after(0, 100))[:2] == before
    assert (await store.opened.store.load(Note, lost.id)).account.narrative
    await store.follows()


async def test_what_the_clock_did_at_one_look_is_taken_back_each_alone(store: Store) -> None:
    clock = Actor("countersign", "Countersign", "system")
    person = note().service_user_id

    def noticed(of: UUID, minutes: int) -> OverdueCountersignature:
        return OverdueCountersignature.notice(
            clock, NOW + timedelta(minutes=minutes), note_id=of, due_at=NOW, author_id="w1",
            service_user_id=person, team_id="north-cmht", reasons=("author_not_registered",),
        )  # fmt: skip

    ids = [new_id() for _ in range(3)]
    look = [noticed(each, 1) for each in ids]
    await store.published(*look)
    store.lose(*[each.id for each in look])
    await append(store.opened, noticed(ids[0], 9))
    done = await store.recover(accept_loss=True)
    assert [each.stream for each in done.left] == [str(look[0].id)], "it alone is contradicted"


async def test_followers_are_told_from_where_to_read_again(store: Store) -> None:
    first, second = note(), note()
    await store.published(first, second)
    [kept, _] = await store.has()
    store.lose(second.id)
    wish = Wish()
    done = await store.recover()
    out = Console(file=StringIO(), width=1000)
    assert tell("notes", done, wish, out) == 0
    said = out.file.getvalue()  # type: ignore[attr-defined]
    assert f"from position {kept.position} (after={encode_cursor([kept.position])})" in said
    after, _ = await store.opened.store.of_types_after(done.common, [], 50, but=True)
    assert after[0].event_id == UUID(done.lost[0].event_id)

"""What events say is made again from the ledger, equal to what served, which serves meanwhile."""

import asyncio
import io
from contextlib import AsyncExitStack
from typing import Any, LiteralString

import psycopg
import pytest
from rich.console import Console

from countersign import rebuild as command
from services.audit.consumer import HANDLERS
from services.audit.projection import METADATA
from services.audit.projection.rebuilding import OneIsRunning, Rebuild, beside, rebuild
from services.audit.projection.tables import EVIDENCE, OWN, REBUILT
from shared.eventstore.cloudevents import Message
from shared.eventstore.database import Database
from shared.kernel.clock import SystemClock
from shared.kernel.ids import new_id
from tests.support.build import SERVICE_USER
from tests.support.engines import Engines, Fresh
from tests.support.history import Arriving, history
from tests.support.ledger import AuditService, events, read, registered

pytestmark = pytest.mark.anyio
NAMES = sorted(table.name for table in REBUILT)
SHAPE: LiteralString = """
SELECT relname, conname, pg_get_constraintdef(pg_constraint.oid) FROM pg_constraint
JOIN pg_class ON pg_class.oid = conrelid WHERE relname = ANY(%(names)s)
UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%(names)s)
UNION ALL SELECT relname, 'acl', relacl::text || relowner::text FROM pg_class
  WHERE relname = ANY(%(names)s)
UNION ALL SELECT table_name, column_name,
  concat_ws(' ', ordinal_position, data_type, is_nullable, column_default)
  FROM information_schema.columns WHERE table_name = ANY(%(names)s)
UNION ALL SELECT nspname, 'schema', '' FROM pg_namespace WHERE nspname !~ '^pg_'
ORDER BY 1, 2, 3
"""


def test_every_table_is_evidence_or_own_or_rebuilt() -> None:
    """A new one is declared, or it would be left out."""
    declared = [table.name for table in (*EVIDENCE, *OWN, *REBUILT)]
    assert sorted(declared) == sorted(METADATA.tables)


def _dump(fresh: Fresh) -> dict[str, list[str]]:
    with psycopg.connect(fresh.dsn) as connection:
        return {
            name: [
                row[0]
                for row in connection.execute(
                    f"SELECT each::text FROM {name} AS each ORDER BY 1"
                ).fetchall()
            ]
            for name in NAMES
        }


def _shape(fresh: Fresh) -> list[tuple[Any, ...]]:
    with psycopg.connect(fresh.owner_dsn) as connection:
        return connection.execute(SHAPE, {"names": NAMES}).fetchall()


def _rows(fresh: Fresh, query: LiteralString) -> list[tuple[Any, ...]]:
    with psycopg.connect(fresh.owner_dsn) as connection:
        return connection.execute(query).fetchall()


async def _arriving(stack: AsyncExitStack, fresh: Fresh) -> Arriving:
    database = Database(fresh.dsn)
    await database.open()
    stack.push_async_callback(database.close)
    return Arriving(database)


async def test_twenty_thousand_events(engines: Engines, monkeypatch: Any) -> None:
    """With late ones, and others of a kind that can't be read, or couldn't when they came."""
    fresh = engines.fresh("audit")
    async with AsyncExitStack() as stack:
        arriving = await _arriving(stack, fresh)
        await arriving.arrive([*history(20_000)], late=2)
        await _unreadable(fresh, monkeypatch)
    served, shape = _dump(fresh), _shape(fresh)
    assert all(served.values())
    compared = await Rebuild(fresh.owner_dsn).compare()
    assert (compared.events, compared.differences) == (20_002, ())
    assert len(compared.unread) == 1
    assert len(compared.again) == 1

    done = await Rebuild(fresh.owner_dsn).swap()
    assert (done.events, done.unread, done.again) == (20_002, compared.unread, compared.again)
    assert _shape(fresh) == shape
    rebuilt = _dump(fresh)
    differing = [name for name in NAMES if rebuilt[name] != served[name]]
    assert differing == ["accesses", "days", "entries", "subjects"], "one more has been read"
    assert len(rebuilt["entries"]) == len(served["entries"]) + 1
    parked = "SELECT position FROM dead_letters"
    assert len(_rows(fresh, parked)) == 1, "and the other is still parked"


async def _unreadable(fresh: Fresh, monkeypatch: Any) -> None:
    """Bytes that are no event; and an event that a release with a bug had to park."""

    def with_bug(*_: Any) -> Any:
        raise RuntimeError

    [good] = Arriving(Database(fresh.dsn)).messages([read(SERVICE_USER)])["notes"]
    good = Message(0, 2 << 60, 1 << 60, good.event_id, good.type, good.body, None)
    bad = Message(0, 1 << 60, 0, str(new_id()), good.type, b"\xff", None)
    with monkeypatch.context() as patched:
        patched.setattr("services.audit.consumer.rows_of", with_bug)
        async with await psycopg.AsyncConnection.connect(fresh.dsn) as connection:
            await HANDLERS["notes"].apply(connection, [bad, good], SystemClock())


async def test_it_serves_and_grows_meanwhile(audit: AuditService) -> None:
    await audit.arrive(registered(), *(read(SERVICE_USER) for _ in range(300)))
    done = asyncio.Event()

    async def rebuild_again_and_again() -> None:
        try:
            for _ in range(3):
                await Rebuild(audit.owner_dsn).swap()
        finally:
            done.set()

    async def ask() -> int:
        asked = 0
        while not done.is_set():
            found = await events(audit, service_user_id=str(SERVICE_USER), limit=200)
            assert len(found) == 200
            asked += 1
        return asked

    async def arrive() -> int:
        came = 0
        while not done.is_set():
            await audit.arrive(read(SERVICE_USER), read(SERVICE_USER))
            came += 2
        return came

    _, asked, came = await asyncio.gather(rebuild_again_and_again(), ask(), arrive())
    assert asked > 0
    assert came > 0
    await audit.arrive(read(SERVICE_USER))
    compared = await Rebuild(audit.owner_dsn).compare()
    assert (compared.events, compared.differences) == (302 + came, ())


async def test_what_differs_is_named(engines: Engines) -> None:
    fresh = engines.fresh("audit")
    async with AsyncExitStack() as stack:
        await (await _arriving(stack, fresh)).arrive([*history(400)])
    with psycopg.connect(fresh.owner_dsn) as connection:
        connection.execute("UPDATE entries SET actor_id = 'someone-else' WHERE index IN (60, 7)")
        connection.execute("DELETE FROM accesses WHERE index = 100")
    compared = await Rebuild(fresh.owner_dsn).compare()
    assert [(each.table, each.by, each.places) for each in compared.differences] == [
        ("accesses", "index", ("100",)),
        ("entries", "index", ("7", "60")),
    ]
    assert _rows(fresh, "SELECT count(*) FROM entries WHERE actor_id = 'someone-else'") == [(2,)]
    await Rebuild(fresh.owner_dsn).swap()
    assert (await Rebuild(fresh.owner_dsn).compare()).differences == ()


class _Interrupted(Exception):
    pass


@pytest.mark.parametrize("place", ["make", "finish", "swap"])
async def test_interrupted_anywhere(engines: Engines, monkeypatch: Any, place: str) -> None:
    fresh = engines.fresh("audit")
    async with AsyncExitStack() as stack:
        await (await _arriving(stack, fresh)).arrive([*history(300)])
    served, shape = _dump(fresh), _shape(fresh)
    with monkeypatch.context() as patched:
        whole = getattr(beside.Beside, place)

        async def half(tables: Any) -> None:
            await whole(tables)
            raise _Interrupted

        patched.setattr(beside.Beside, place, half)
        patched.setattr(beside.Beside, "drop", _nothing)
        with pytest.raises((_Interrupted, psycopg.Error)):
            await Rebuild(fresh.owner_dsn).swap()
    assert _dump(fresh) == served
    await Rebuild(fresh.owner_dsn).swap()
    assert (_dump(fresh), _shape(fresh)) == (served, shape)


async def _nothing(_: Any) -> None:
    pass


async def test_one_at_a_time(engines: Engines) -> None:
    fresh = engines.fresh("audit")
    with psycopg.connect(fresh.owner_dsn) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (rebuild.KEY,))
        with pytest.raises(OneIsRunning):
            await Rebuild(fresh.owner_dsn).swap()
    assert (await Rebuild(fresh.owner_dsn).swap()).events == 0


async def test_readers_are_waited_for(engines: Engines) -> None:
    fresh = engines.fresh("audit")
    async with AsyncExitStack() as stack:
        await (await _arriving(stack, fresh)).arrive([*history(100)])
    told: list[tuple[int, int]] = []
    with psycopg.connect(fresh.dsn) as reading:
        reading.execute("SELECT count(*) FROM entries")
        under_way = asyncio.create_task(
            Rebuild(fresh.owner_dsn, lambda *each: told.append(each)).swap()
        )
        await asyncio.wait({under_way}, timeout=1)
        assert not under_way.done()
        reading.commit()
        done = await under_way
    assert done.events == 100
    assert told[-1] == (100, 100)


def test_the_command_says_what_it_did(engines: Engines, monkeypatch: Any) -> None:
    fresh, said = engines.fresh("audit"), io.StringIO()

    async def history_arrives() -> None:
        async with AsyncExitStack() as stack:
            await (await _arriving(stack, fresh)).arrive([*history(100)])
        await _unreadable(fresh, monkeypatch)

    def run(*, check: bool) -> tuple[int, list[str]]:
        said.seek(0)
        said.truncate()
        code = command.run(Console(file=said, width=200), fresh.owner_dsn, check=check)
        return code, said.getvalue().splitlines()

    asyncio.run(history_arrives())
    code, lines = run(check=True)
    assert code == command.DONE, lines
    assert lines[-3:] == [
        "Parked, since they can't be read: index 100",
        "Parked before, and could be read now (countersign replay audit): index 101",
        "102 events read; what serves is what they say.",
    ]
    with psycopg.connect(fresh.owner_dsn) as connection:
        connection.execute("DELETE FROM subjects WHERE index < 20")
    code, lines = run(check=True)
    assert code == command.DIFFERS
    told = "subjects differs from what the ledger says: index 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"
    assert f"{told} and 10 more" in lines
    code, lines = run(check=False)
    assert (code, lines[-1]) == (
        command.DONE, "102 events read; what was made of them serves now."
    )  # fmt: skip
    assert "Reading the ledger again" in lines[0]
    with psycopg.connect(fresh.owner_dsn) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (rebuild.KEY,))
        assert run(check=False)[0] == command.REFUSED

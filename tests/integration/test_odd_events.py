"""Whatever a service publishes stands in the ledger and its tree, and what follows it too."""

import json
import secrets
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from services.audit.consumer import LedgerWriter
from services.audit.projection import Trees
from shared.eventstore.cloudevents import Message
from shared.kernel import merkle
from tests.support.build import NOW, SERVICE_USER
from tests.support.clocks import Standing
from tests.support.engines import Engines, Fresh

pytestmark = pytest.mark.anyio
MOST_BYTES = 0xFFFF
"""What an entry bundle can say of a leaf's length (C2SP `tlog-tiles`)."""
BIG = secrets.token_hex(4_000)
"""More than an index takes, and it can't be compressed."""


def event(**changes: Any) -> dict[str, Any]:
    event_id = str(uuid4())
    return {
        "id": event_id, "type": "countersign.notes.record-read.v1", "time": NOW.isoformat(),
        "actor": {"staff_id": "nurse-1", "name": "Nurse 1", "role": "nurse", "registration": None},
        "subject": str(SERVICE_USER), "team": None,
        "resource": {"kind": "access", "id": event_id, "stream": event_id, "version": 1},
        "data": {"service_user_ids": [str(SERVICE_USER)]},
        **changes,
    }  # fmt: skip


def restriction(excluded: Any) -> dict[str, Any]:
    kind = "countersign.referrals.restriction-set.v1"
    return event(type=kind, data={"restricted": True, "excluded_staff": excluded})


def noted(recorded_at: str) -> dict[str, Any]:
    return event(type="countersign.notes.note-recorded.v1", data={"recorded_at": recorded_at})


def actor(**changes: Any) -> dict[str, Any]:
    return {**event()["actor"], **changes}


def resource(**changes: Any) -> dict[str, Any]:
    return {**event()["resource"], **changes}


ODD: dict[str, bytes | dict[str, Any]] = {
    "nothing": b"",
    "no JSON": b"\x00\xff no event",
    "a list": b"[]",
    "half of a character": b'{"id": "\\ud800"}',
    "deep": b"[" * 100_000,
    "no id of an event": event(id="17"),
    "nobody's subject": event(subject="a\0b"),
    "nobody among many": event(data={"service_user_ids": [str(SERVICE_USER), "a\0b"]}),
    "an actor": event(actor=actor(staff_id="a\0b")),
    "a version beyond numbers": event(resource=resource(version=2**40)),
    "a version in words": event(resource=resource(version="first")),
    "a time that never is": event(time="2026-02-30T10:00:00Z"),
    "a moment in words": noted("yesterday"),
    "a moment that is none": noted("infinity"),
    "who is excluded": restriction(["a\0b"]),
    "a subject longer than an index takes": event(subject=BIG),
    "a team longer than an index takes": event(team=BIG),
}


def message(position: int, said: bytes | dict[str, Any]) -> Message:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    event_id = str(uuid4()) if isinstance(said, bytes) else said["id"]
    kind = "countersign.notes.record-read.v1" if isinstance(said, bytes) else said["type"]
    return Message(0, position << 12, (position - 1) << 12, event_id, kind, body, None)


async def applied(fresh: Fresh, *messages: Message) -> None:
    connection = await psycopg.AsyncConnection.connect(fresh.dsn)
    async with connection, connection.transaction():
        await LedgerWriter("notes").apply(connection, messages, Standing(NOW))


async def whole(fresh: Fresh, size: int) -> list[bytes]:
    """The leaves, from which the tree grew, each of which is in it and can be served."""
    async with fresh.opened() as opened:
        trees = Trees(opened.database)
        [shard] = await trees.shards()
        records = await trees.records(0, size)
        assert (shard.size, len(records)) == (size, size)
        leaves = [merkle.leaf_hash(each) for each in records]
        tiles = merkle.grown(0, {}, leaves)
        assert await trees.root(shard.id, size) == merkle.hash_of(merkle.whole(size), tiles)
    assert max(map(len, records)) <= MOST_BYTES
    return records


def asked(fresh: Fresh, query: str) -> list[Any]:
    with psycopg.connect(fresh.dsn) as connection:
        return connection.execute(query).fetchall()


async def test_what_is_odd_is_in_the_ledger_and_parked(engines: Engines) -> None:
    fresh = engines.fresh("audit")
    said = [event(), *ODD.values(), event()]
    await applied(fresh, *(message(place, each) for place, each in enumerate(said, 1)))
    await whole(fresh, len(said))
    last = len(said) - 1
    assert asked(fresh, "SELECT index FROM entries ORDER BY index") == [(0,), (last,)]
    parked = asked(fresh, "SELECT position FROM dead_letters ORDER BY position")
    assert parked == [(place << 12,) for place in range(2, last + 1)]
    ledger = asked(fresh, "SELECT index, position FROM ledger ORDER BY index")
    assert ledger == [(index, (index + 1) << 12) for index in range(len(said))]
    numbers = asked(fresh, f"SELECT number FROM numbers WHERE subject = '{SERVICE_USER}'")
    assert sorted(numbers) == [(number + 1,) for number in range(len(numbers))]


@pytest.mark.parametrize("odd", ODD)
async def test_each_alone(engines: Engines, odd: str) -> None:
    fresh = engines.fresh("audit")
    await applied(fresh, message(1, ODD[odd]))
    await applied(fresh, message(2, event()))
    await whole(fresh, 2)
    assert asked(fresh, "SELECT index FROM entries") == [(1,)]


@pytest.mark.parametrize("how_many", [500, 501, 5_000])
async def test_an_event_about_very_many(engines: Engines, how_many: int) -> None:
    fresh = engines.fresh("audit")
    everybody = [str(uuid4()) for _ in range(how_many - 1)]
    about = event(data={"service_user_ids": everybody})
    await applied(fresh, message(1, about), message(2, about | {"id": str(uuid4())}))
    await whole(fresh, 2)
    each = "SELECT subject FROM numbers GROUP BY subject HAVING array_agg(number) @> '{1,2}'"
    assert len(asked(fresh, each)) == how_many


async def test_headers_that_say_something_else_than_the_body(engines: Engines) -> None:
    """The leaf is of what the headers say: what the body says then isn't shown as if it were it."""
    fresh = engines.fresh("audit")
    one, other = event(), event()
    another = json.dumps(other).encode()
    lying = Message(0, 4096, 0, one["id"], one["type"], another, None)
    kind = Message(0, 8192, 4096, other["id"], "countersign.notes.access-denied.v1", another, None)
    await applied(fresh, lying, kind, message(3, event()))
    await whole(fresh, 3)
    assert asked(fresh, "SELECT index FROM entries") == [(2,)]
    assert asked(fresh, "SELECT index FROM numbers") == [(2,)]

"""Following a stream: in order, once, and past what can't be applied."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from unittest import mock

import psycopg
import pytest
from nats.aio.client import Client

from deploy.local.layout import ODS_CODE
from services.audit.consumer import LedgerWriter
from services.audit.policy import Standing
from shared.eventstore.cloudevents import Names
from shared.eventstore.database import Database
from shared.eventstore.relay import Relay
from shared.eventstore.sql import Write
from shared.eventstore.stream import publish_batch
from shared.eventstore.unit_of_work import Unit
from shared.kernel.ids import new_id
from shared.platform import projecting
from shared.platform.consumer import Consumer
from shared.platform.projecting import Handler, Projection, Published, replay
from shared.platform.ties import learnt
from tests.support.engines import Engines, Fresh, Opened, renew_stream
from tests.support.keeping import service_user
from tests.support.wait import until

pytestmark = pytest.mark.anyio


async def registered(opened: Opened, traceparent: str | None = None) -> Unit:
    return Unit(await opened.stored(service_user(new_id()), traceparent))


@asynccontextmanager
async def relaying(opened: Opened, connection: Client, names: Names) -> AsyncIterator[None]:
    running = asyncio.create_task(Relay(opened.database, opened.store, connection, names).run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def consuming(
    engines: Engines, fresh: Fresh, service: str, handler: Handler
) -> AsyncIterator[Consumer]:
    """A consumer of referrals, as the service itself would run it, with its own permissions."""
    database = Database(fresh.dsn)
    await database.open()
    try:
        async with engines.connected(service, database) as messaging:
            consumer = Consumer(database, messaging, service, "referrals", handler)
            running = asyncio.create_task(consumer.run())
            try:
                yield consumer
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
    finally:
        await database.close()


def _rows(fresh: Fresh, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(fresh.dsn) as connection:
        return connection.execute(query).fetchall()


async def test_what_is_published_becomes_a_fact_once(engines: Engines) -> None:
    notes = engines.fresh("notes")
    async with (
        engines.fresh("referrals").opened() as referrals,
        engines.stream("referrals") as (connection, names),
        relaying(referrals, connection, names),
    ):
        for _ in range(3):
            await referrals.unit_of_work.commit(await registered(referrals))
        for _ in range(2):  # the second consumer starts from what the first has kept
            async with consuming(
                engines, notes, "notes", Projection("referrals", learnt)
            ) as consumer:
                head = await referrals.store.head()
                await until(lambda c=consumer, h=head: c.position == h)  # type: ignore[misc]
            await referrals.unit_of_work.commit(await registered(referrals))
    assert _rows(notes, "SELECT count(*) FROM people") == [(4,)]


async def test_an_event_that_fails_is_parked_and_the_next_is_applied(engines: Engines) -> None:
    notes = engines.fresh("notes")
    broken = True

    def project(event: Published) -> Iterator[Write]:
        if broken and event.subject == str(first):
            raise RuntimeError("a bug")
        yield from learnt(event)

    projection = Projection("referrals", project)
    async with (
        engines.fresh("referrals").opened() as referrals,
        engines.stream("referrals") as (connection, names),
    ):
        unit = await registered(referrals)
        first = unit.events[0].stream_id
        await referrals.unit_of_work.commit(unit)
        await referrals.unit_of_work.commit(await registered(referrals))
        async with (
            relaying(referrals, connection, names),
            consuming(engines, notes, "notes", projection) as consumer,
        ):
            head = await referrals.store.head()
            await until(lambda: consumer.position == head)
    assert _rows(notes, "SELECT count(*) FROM people") == [(1,)]
    assert _rows(notes, "SELECT error FROM dead_letters") == [("RuntimeError",)]

    broken = False
    async with notes.opened() as opened:
        assert await replay(opened.database, {"referrals": projection}) == (1, 0)
    assert _rows(notes, "SELECT count(*) FROM people") == [(2,)]
    assert _rows(notes, "SELECT count(*) FROM dead_letters") == [(0,)]


async def test_a_body_that_breaks_its_contract_is_parked_without_its_values(
    engines: Engines,
) -> None:
    notes = engines.fresh("notes")
    async with (
        engines.fresh("referrals").opened() as referrals,
        engines.stream("referrals") as (connection, names),
        relaying(referrals, connection, names),
    ):
        unit = await registered(referrals)
        event = unit.events[0]
        bad = event.body.replace(b'"team_id":"north-cmht"', b'"team_id":["Someone\'s secret"]')
        unit.events = [type(event)(event.event_id, event.stream_id, 1, event.type, bad, None)]
        await referrals.unit_of_work.commit(unit)
        projection = Projection("referrals", learnt)
        async with consuming(engines, notes, "notes", projection) as consumer:
            head = await referrals.store.head()
            await until(lambda: consumer.position == head)
    [(error,)] = _rows(notes, "SELECT error FROM dead_letters")
    assert "team_id" in str(error)
    assert "secret" not in str(error)


async def test_a_type_that_a_newer_release_brings_waits_for_it(engines: Engines) -> None:
    """Whatever one doesn't know may be what the next release needs."""
    notes, projection = engines.fresh("notes"), Projection("referrals", learnt)
    async with (
        engines.fresh("referrals").opened() as referrals,
        engines.stream("referrals") as (connection, names),
        relaying(referrals, connection, names),
    ):
        await referrals.unit_of_work.commit(await registered(referrals))
        with mock.patch.object(projecting, "known", return_value=None):
            async with consuming(engines, notes, "notes", projection) as consumer:
                head = await referrals.store.head()
                await until(lambda: consumer.position == head)
    assert _rows(notes, "SELECT count(*) FROM people") == [(0,)]
    assert _rows(notes, "SELECT error FROM dead_letters") == [(projecting.NEWER,)]
    async with notes.opened() as opened:
        assert await replay(opened.database, {"referrals": projection}) == (1, 0)
    assert _rows(notes, "SELECT count(*) FROM people") == [(1,)]


@pytest.mark.parametrize(("says", "kept"), [(b'"Room 4"', 1), (b"null", 0)])
async def test_what_a_newer_release_says_more_is_kept_for_it_and_the_rest_applied(
    engines: Engines, says: bytes, kept: int
) -> None:
    notes, projection = engines.fresh("notes"), Projection("referrals", learnt)
    async with (
        engines.fresh("referrals").opened() as referrals,
        engines.stream("referrals") as (connection, names),
        relaying(referrals, connection, names),
    ):
        unit = await registered(referrals)
        event = unit.events[0]
        more = event.body.replace(b'"data":{', b'"data":{"room":' + says + b",")
        unit.events = [type(event)(event.event_id, event.stream_id, 1, event.type, more, None)]
        await referrals.unit_of_work.commit(unit)
        async with consuming(engines, notes, "notes", projection) as consumer:
            head = await referrals.store.head()
            await until(lambda: consumer.position == head)
    assert _rows(notes, "SELECT count(*) FROM people") == [(1,)]
    assert _rows(notes, "SELECT error FROM dead_letters") == [(projecting.NEWER,)] * kept
    async with notes.opened() as opened:
        assert await replay(opened.database, {"referrals": projection}) == (0, kept), "not here yet"


async def test_bytes_that_are_no_event_are_in_the_ledger_all_the_same(engines: Engines) -> None:
    audit = engines.fresh("audit")
    async with engines.stream("referrals") as (connection, _names):
        headers = {
            "ce-id": str(new_id()),
            "ce-type": "countersign.referrals.referral-received.v1",
            "ce-position": "4097",
            "ce-previous": "0",
        }
        subject = f"care.{ODS_CODE}.referrals.referral.referral-received"
        await publish_batch(connection, [(subject, headers, b"\xffnot json")], 0)
        async with consuming(engines, audit, "audit", LedgerWriter("referrals")) as consumer:
            await until(lambda: consumer.position == 4097)
    assert _rows(audit, "SELECT index, body FROM ledger") == [(0, b"\xffnot json")]
    assert _rows(audit, "SELECT count(*) FROM entries") == [(0,)]
    assert _rows(audit, "SELECT position FROM dead_letters") == [(4097,)]


NO_EVENT: dict[str, dict[str, str | None]] = {
    "no id": {"ce-id": None},
    "no position": {"ce-position": None},
    "a position in words": {"ce-position": "first"},
    "a position beyond numbers": {"ce-position": str(2**63)},
    "before itself": {"ce-previous": "8193"},
    "an id longer than a leaf": {"ce-id": "x" * 60_000},
    "a type longer than a leaf": {"ce-type": "x" * 60_000},
    "a type of several lines": {"ce-type": "countersign.x\x01"},
}


@pytest.mark.parametrize("odd", NO_EVENT)
async def test_headers_of_no_event_are_as_if_it_never_came(engines: Engines, odd: str) -> None:
    """So what they stand for is a gap, which is asked after; and what follows is not held up."""
    audit = engines.fresh("audit")
    async with engines.stream("referrals") as (connection, _names):
        kind = "countersign.referrals.referral-received.v1"
        chain = [(4097, 0, {}), (8193, 4097, NO_EVENT[odd]), (12289, 8193, {})]
        for number, (position, previous, changed) in enumerate(chain):
            headers: dict[str, str | None] = {
                "ce-id": str(new_id()),
                "ce-type": kind,
                "ce-position": str(position),
                "ce-previous": str(previous),
                **changed,
            }
            sent = {name: value for name, value in headers.items() if value is not None}
            subject = f"care.{ODS_CODE}.referrals.referral.referral-received"
            await publish_batch(connection, [(subject, sent, b"not json")], number)
        async with consuming(engines, audit, "audit", LedgerWriter("referrals")) as consumer:
            await until(lambda: consumer.position == 12289)
        # Whoever leads next starts from what is kept, and there it comes again.
        async with consuming(engines, audit, "audit", LedgerWriter("referrals")) as consumer:
            await until(lambda: consumer.position == 12289)
    assert _rows(audit, "SELECT position FROM ledger ORDER BY index") == [(4097,), (12289,)]
    gaps = "SELECT after_position, before_position FROM gaps"
    assert _rows(audit, gaps) == [(4097, 12289)]


async def test_a_gap_is_kept_on_record(engines: Engines) -> None:
    audit = engines.fresh("audit")
    async with (
        engines.fresh("referrals").opened() as referrals,
        engines.stream("referrals") as (connection, names),
    ):
        for _ in range(3):
            await referrals.unit_of_work.commit(await registered(referrals))
        events = await referrals.store.read_after(0, 10)
        async with (
            relaying(referrals, connection, names),
            consuming(engines, audit, "audit", LedgerWriter("referrals")) as consumer,
        ):
            await until(lambda: consumer.position == events[-1].position)
        # Another stream that lacks the second event: what a broker's loss looks like.
        lacking = engines.fresh("audit")
        await renew_stream(connection, names)
        previous = [0, events[1].position]
        for number, (event, before) in enumerate(
            zip((events[0], events[2]), previous, strict=True)
        ):
            headers = {
                "ce-id": str(event.event_id),
                "ce-type": event.type,
                "ce-position": str(event.position),
                "ce-previous": str(before),
            }
            subject = f"care.{ODS_CODE}.referrals.service-user.service-user-registered"
            await publish_batch(connection, [(subject, headers, event.body)], number)
        async with consuming(engines, lacking, "audit", LedgerWriter("referrals")) as consumer:
            await until(lambda: consumer.position == events[-1].position)
            assert consumer.gaps == 1
    assert _rows(audit, "SELECT count(*) FROM gaps") == [(0,)]
    assert _rows(audit, "SELECT index FROM ledger ORDER BY index") == [(0,), (1,), (2,)]
    assert _rows(lacking, "SELECT after_position, before_position FROM gaps") == [
        (events[0].position, events[2].position)
    ]
    standing = Standing("referrals", events[-1].position, events[-1].position, 0.0, 0, 1, 0)
    assert not standing.complete

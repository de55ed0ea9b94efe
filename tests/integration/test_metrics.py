"""What metrics say when things go wrong: what is so, or nothing, and never that all is well."""

import math
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from shared.contracts.system import SERVICES
from tests.support.build import append, note
from tests.support.engines import Engines, Fresh
from tests.support.ports import free_port_base
from tests.support.scraping import Process, notes_process
from tests.support.wait import until

pytestmark = pytest.mark.anyio
MINUTE = timedelta(minutes=1)
OF_WHO_LEADS = ("relay_", "consumer_position", "consumer_behind", "consumer_pending", "look_age")

OF_THE_SERVICE = {
    f"countersign_{name}"
    for name in (
        "outbox_events", "outbox_age_seconds", "horizon_age_seconds", "parked_events",
        "migrations_current", "clock_offset_seconds", "overdue_countersignatures",
    )
}  # fmt: skip


@pytest.fixture
async def fresh(engines: Engines) -> AsyncIterator[Fresh]:
    """A database of notes, and every stream empty."""
    async with AsyncExitStack() as kept:
        await kept.enter_async_context(engines.key_stream())
        for each in SERVICES:
            await kept.enter_async_context(engines.stream(each))
        yield engines.fresh("notes")


async def recorded(fresh: Fresh, count: int, at: datetime | None = None) -> None:
    async with fresh.opened() as opened:
        await append(opened, *(note(at=at or datetime.now(UTC)) for _ in range(count)))


async def says(process: Process, name: str, value: float | None) -> None:
    async def so() -> bool:
        return await process.said(name) == value

    await until(so)


async def test_the_outbox_is_told_by_whoever_can_read_the_database(
    engines: Engines, fresh: Fresh
) -> None:
    """While the broker is away, after a restart without it, and where no worker leads."""
    async with notes_process(engines, fresh, "worker") as worker:
        await recorded(fresh, 3)
        await until(lambda: worker.made.worker.leads)
        await says(worker, "outbox_events", 0)
        assert await worker.said("outbox_age_seconds") == 0
        engines.stack.hold("nats")
        try:
            await says(worker, "broker_connected", 0)
            await recorded(fresh, 2, at=datetime.now(UTC) - 3 * MINUTE)
            assert await worker.said("outbox_events") == 2
            async with notes_process(engines, fresh, "api") as other:
                assert await other.said("outbox_events") == 2
                age = await other.said("outbox_age_seconds")
                assert age is not None
                assert age >= 180
        finally:
            engines.stack.release("nats")
        await says(worker, "outbox_events", 0)
    await recorded(fresh, 1)
    async with notes_process(engines, fresh, "api") as nobody_relays:
        assert await nobody_relays.said("outbox_events") == 1


async def test_consumers_fall_behind_while_nobody_can_say_that_they_are_level(
    engines: Engines, fresh: Fresh
) -> None:
    async with notes_process(engines, fresh, "worker") as worker:

        async def level() -> bool:
            behind = await worker.said("consumer_behind_seconds", producer="referrals")
            return behind is not None and behind < 1

        async def behind() -> bool:
            of = [
                await worker.said("consumer_behind_seconds", producer=producer)
                for producer in ("referrals", "keys:referrals")
            ]
            return all(each is not None and each > 3 for each in of)  # idle, they ask every 2 s

        await until(level)
        assert await worker.said("consumer_pending", producer="referrals") == 0
        engines.stack.hold("nats")
        try:
            await until(behind)
            assert await worker.said("consumer_pending", producer="referrals") is None
        finally:
            engines.stack.release("nats")
        await until(level)


async def test_an_open_transaction_anywhere_in_the_cluster_is_seen(
    engines: Engines, fresh: Fresh
) -> None:
    async with notes_process(engines, fresh, "worker") as worker:
        await until(lambda: worker.made.worker.leads)
        with psycopg.connect(engines.postgres.superuser_dsn()) as elsewhere:
            elsewhere.execute("SELECT pg_current_xact_id()")
            await recorded(fresh, 1)
            assert await worker.said("outbox_events") == 1

            async def grows() -> bool:
                return (await worker.said("horizon_age_seconds") or 0) > 0.1

            await until(grows)
            elsewhere.rollback()
        await says(worker, "outbox_events", 0)
        assert await worker.said("horizon_age_seconds") == 0


async def test_a_standby_says_nothing_of_the_work_and_the_same_of_the_service(
    engines: Engines, fresh: Fresh
) -> None:
    async with (
        notes_process(engines, fresh, "worker") as leader,
        AsyncExitStack() as later,
    ):
        await until(lambda: leader.made.worker.leads)
        standby = await later.enter_async_context(notes_process(engines, fresh, "worker"))
        api = await later.enter_async_context(notes_process(engines, fresh, "api"))
        assert await leader.said("worker_leads") == 1
        assert await standby.said("worker_leads") == 0
        assert await api.said("worker_leads") is None, "it never could"

        async def of_work(process: Process) -> set[str]:
            found = {each.name.removeprefix("countersign_") for each in await process.scraped()}
            return {name for name in found if name.startswith(OF_WHO_LEADS)}

        assert len(await of_work(leader)) > len(OF_WHO_LEADS)
        assert await of_work(standby) == await of_work(api) == set()
        await recorded(fresh, 2)
        for process in (leader, standby, api):
            await says(process, "outbox_events", 0)
        assert await leader.said("relay_state", state="running") == 1
        states = [await leader.said("relay_state", state=each) for each in ("standby", "running")]
        assert states == [0, 1]


async def test_without_its_database_a_process_says_so_and_nothing_else_of_the_service(
    engines: Engines, fresh: Fresh
) -> None:
    nowhere = f"host=127.0.0.1 port={free_port_base()} dbname=none user=none"
    async with notes_process(engines, fresh, "api", nowhere) as process:
        found = {each.name: each.value for each in await process.scraped()}
        assert found["countersign_database_reachable"] == 0
        assert found["countersign_build_info"] == 1
        assert not OF_THE_SERVICE & found.keys()
    async with notes_process(engines, engines.empty("notes"), "api") as unmigrated:
        assert await unmigrated.said("database_reachable") == 1
        assert await unmigrated.said("migrations_current") == 0
        assert await unmigrated.said("outbox_events") is None


async def test_keys_that_were_never_read_are_infinitely_old(engines: Engines, fresh: Fresh) -> None:
    async with notes_process(engines, fresh, "api") as process:
        assert await process.said("issuer_keys_age_seconds") == math.inf
    async with notes_process(engines, fresh, "worker") as worker:
        assert await worker.said("issuer_keys_age_seconds") is None, "it lets nobody in"


async def test_what_waits_is_counted_and_the_longest_told(engines: Engines, fresh: Fresh) -> None:
    with psycopg.connect(fresh.superuser_dsn) as database:
        database.execute(
            "INSERT INTO dead_letters (producer, position, event_id, type, body, error, parked_at)"
            " VALUES ('referrals', 1, 'e', 't', '', 'x', now() - interval '1 hour')"
        )
        for minutes in (10, -10):
            database.execute(
                "INSERT INTO notes (id, version, service_user_id, author_id, team_id, status,"
                " flags, occurred_at, recorded_at, due_at, outstanding, kept_from, metadata,"
                " document) VALUES (gen_random_uuid(), 1, gen_random_uuid(), 'str-worker-1',"
                " 'north-cmht', 'awaiting_countersignature', '[]', now(), now(),"
                " now() - make_interval(mins => %s), '[]', '[]', '{}', '')",
                (minutes,),
            )
            database.execute(
                "INSERT INTO concerns (id, version, service_user_id, team_id, raised_by, status,"
                " urgency, kept_from, clock, asked, acknowledge_by, first_step_at, policy_version,"
                " raised_at, metadata, document)"
                " VALUES (gen_random_uuid(), 1, gen_random_uuid(), 'north-cmht', 'str-worker-1',"
                " 'raised', 'urgent', '[]', 1, 0, now() - make_interval(mins => %(m)s),"
                " now() - make_interval(mins => %(m)s), 1, now(), '{}', '')",
                {"m": minutes},
            )
    async with notes_process(engines, fresh, "api") as process:
        assert {each.name for each in await process.scraped()} >= OF_THE_SERVICE
        assert await process.said("parked_events") == 1
        for name in (
            "overdue_countersignatures",
            "unacknowledged_concerns",
            "unescalated_concerns",
        ):
            assert await process.said(name) == 1
            longest = await process.said(f"{name}_longest_seconds")
            assert longest is not None
            assert 600 <= longest < 660
        parked = await process.said("parked_age_seconds")
        assert parked is not None
        assert 3600 <= parked < 3660


async def test_what_was_appended_is_counted(engines: Engines, fresh: Fresh) -> None:
    async with notes_process(engines, fresh, "api") as process:
        before = await process.said("events_appended_total")
        opened = fresh.opened()
        async with opened as made:
            await made.key_of(note())
            made.unit_of_work = process.made.unit_of_work
            await append(made, note(), note())
        after = await process.said("events_appended_total")
        assert (before, after) == (0, 2)
        assert await process.said("commit_duration_seconds_count") == 2
        assert await process.said("build_info", role="api") == 1

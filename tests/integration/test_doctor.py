"""What the doctor sees of real servers: fit ones, and each that was spoilt."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, closing
from typing import Any, TypeVar

import psycopg
import pytest
from nats.aio.client import Client

from countersign.configuration import service_of
from countersign.doctor import broker, database
from countersign.doctor.at_hand import at_hand
from countersign.doctor.broker.following import cursors, relayed
from countersign.doctor.command import examined
from countersign.doctor.database.looking import connect
from countersign.doctor.database.needing import KEYS, append_only, needed
from countersign.doctor.database.rights import guarding
from countersign.doctor.deadlines import deadlines
from countersign.doctor.finding import Finding, Level
from countersign.doctor.keys import keys
from countersign.doctor.record import parked
from countersign.doctor.roles import Role
from deploy.local.layout import ODS_CODE
from services.notes.settings import NotesSettings
from shared.eventstore.cloudevents import Names
from shared.eventstore.database import Database
from shared.eventstore.leader import leading, worker_of
from shared.eventstore.relay import Relay
from shared.eventstore.stream import ask, read_tail
from shared.platform import signed_note
from shared.platform.signed_note import Checkpoint, Signer
from tests.support.build import append, note
from tests.support.doctoring import ORIGIN, only, random_key, said, witness_line
from tests.support.engines import Engines, Fresh, Opened
from tests.support.keys import ring
from tests.support.wait import until

T = TypeVar("T")
NOT_LOOKED_AT = {
    "the issuer is not looked at from here: ask the api's pod (--role api)": Role.worker,
    "what the witnesses answer is not looked at from here: ask the worker's pod (--role worker)":
        Role.api,
}  # fmt: skip
UNREACHED = {"the issuer's keys can't be had": Role.worker, "can't be asked": Role.api}


@pytest.fixture
def fresh(engines: Engines) -> Fresh:
    return engines.fresh("notes")


def of_database(fresh: Fresh) -> list[Finding]:
    """All but what only production demands."""
    with closing(connect(fresh.dsn)) as connection:
        tables, triggers = [*append_only(fresh.name), KEYS], list(guarding(fresh.name))
        seen = database.look(connection, tables, triggers)
        found = [*database.server(seen, 6), *database.rights(fresh.name, seen)]
    return [each for each in found if not each.production]


@pytest.mark.parametrize("name", ["notes", "referrals", "supervision", "audit"])
def test_a_database_as_migrations_make_it(engines: Engines, name: str) -> None:
    assert said(of_database(engines.fresh(name))) == []


@pytest.mark.parametrize("name", ["notes", "referrals", "supervision", "audit"])
def test_what_is_needed_is_what_migrations_grant(engines: Engines, name: str) -> None:
    with closing(connect(engines.fresh(name).dsn)) as connection:
        held = database.look(connection, [], []).held
    assert {each["table"]: set(each["may"]) for each in held} == {
        each["table"]: set(needed(name, each["table"])) for each in held
    }
    assert {*append_only(name), KEYS, "consumers", "recoveries"} <= {each["table"] for each in held}


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        ("GRANT UPDATE ON events TO countersign_notes", "may UPDATE events"),
        ("GRANT UPDATE (body) ON events TO countersign_notes", "may UPDATE events"),
        ("GRANT DELETE ON events TO countersign_notes", "may DELETE events"),
        ("GRANT TRUNCATE ON events TO countersign_notes", "may TRUNCATE events"),
        ("GRANT DELETE ON keys.data_keys TO countersign_notes", "may DELETE keys.data_keys"),
        ("GRANT INSERT ON events TO countersign_audit", "countersign_audit may write events too"),
        ("REVOKE INSERT ON events FROM countersign_notes", "may not INSERT events"),
        ("REVOKE SELECT ON consumers FROM countersign_notes", "may not SELECT consumers"),
        ("REVOKE DELETE ON notes FROM countersign_notes", "may not DELETE notes"),
        ("REVOKE UPDATE ON keys.data_keys FROM countersign_notes", "may not UPDATE keys.data_keys"),
        ("REVOKE USAGE ON SCHEMA keys FROM countersign_notes", "may not use the schema keys"),
        (
            "REVOKE USAGE ON SCHEMA public FROM countersign_notes, PUBLIC",
            "may not use the schema public",
        ),
        ("REVOKE SELECT ON schema_serves FROM countersign_notes", "may not SELECT schema_serves"),
        ("ALTER TABLE events DISABLE TRIGGER events_append_only", "events_append_only of events"),
        ("DROP TRIGGER data_keys_stay ON keys.data_keys", "data_keys_stay of keys.data_keys"),
        (
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN RETURN NULL; END'",
            "events_append_only of events",
        ),
        ("ALTER TABLE events OWNER TO countersign_notes", "owns events"),
        ("UPDATE schema_serves SET revision = 'none'", "not migrated yet"),
        (
            "UPDATE schema_serves SET revision = 'later';"
            " UPDATE alembic_version SET version_num = 'later'",
            "is too old for the database",
        ),
        ("ALTER DATABASE {} SET synchronous_commit = off", "synchronous_commit is off"),
        ("ALTER DATABASE {} SET transaction_timeout = 0", "transaction_timeout isn't set"),
        ("ALTER DATABASE {} SET log_statement = 'all'", "statements are logged with their values"),
        (
            "ALTER DATABASE {} SET default_transaction_isolation = 'serializable'",
            "default_transaction_isolation is serializable",
        ),
    ],
)
def test_a_database_that_was_spoilt(fresh: Fresh, spoilt: str, words: str) -> None:
    with psycopg.connect(fresh.superuser_dsn, autocommit=True) as connection:
        connection.execute(spoilt.format(connection.info.dbname))
    only(of_database(fresh), words)


def test_a_role_that_may_too_much(engines: Engines, fresh: Fresh) -> None:
    with psycopg.connect(engines.postgres.superuser_dsn(), autocommit=True) as connection:
        connection.execute("ALTER ROLE countersign_notes CREATEROLE BYPASSRLS")
        try:
            only(of_database(fresh), "countersign_notes has CREATEROLE, BYPASSRLS")
        finally:
            connection.execute("ALTER ROLE countersign_notes NOCREATEROLE NOBYPASSRLS")


def test_an_unmigrated_database(engines: Engines) -> None:
    only(of_database(engines.empty("notes")), "not migrated yet")


def test_a_superuser(fresh: Fresh) -> None:
    fresh.dsn = fresh.superuser_dsn
    assert "the role postgres has SUPERUSER" in said(of_database(fresh))[0]


def test_who_writes_for_long_is_seen(fresh: Fresh) -> None:
    with psycopg.connect(fresh.dsn, application_name="a forgotten one") as other:
        other.execute("SELECT pg_current_xact_id()")
        pid = other.info.backend_pid
        with closing(connect(fresh.dsn)) as connection:
            oldest = database.look(connection, [], []).oldest
    assert oldest is not None
    assert (oldest["pid"], oldest["application"]) == (pid, "a forgotten one")
    assert oldest["seconds"] >= 0


def test_a_database_that_does_not_answer(fresh: Fresh) -> None:
    for spoilt in ("password=wrong", "dbname=nowhere", "host=/nowhere", "unknown=1"):
        with pytest.raises(database.DatabaseAway) as away:
            connect(f"{fresh.dsn} {spoilt}")
        assert "password=" not in str(away.value)


def test_nothing_can_be_written_through_it(fresh: Fresh) -> None:
    with (
        closing(connect(fresh.dsn)) as connection,
        pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
    ):
        connection.execute("DELETE FROM idempotency_keys")


def test_keys_that_the_ring_does_not_open(fresh: Fresh) -> None:
    async def make(kek: str) -> None:
        async with fresh.opened(kek) as opened:
            await append(opened, note())

    asyncio.run(make("kek-1"))
    with closing(connect(fresh.dsn)) as connection:
        assert said([*keys("referrals", ring("kek-1"), connection)]) == []
        only([*keys("referrals", ring("kek-2", "kek-1"), connection)], "still wrapped under kek-1")
        only([*keys("referrals", ring("kek-2"), connection)], "which the ring lacks")


def test_exports_under_a_key_that_is_to_go(engines: Engines) -> None:
    audit = engines.fresh("audit")
    with psycopg.connect(audit.owner_dsn) as owner:
        owner.execute(
            "INSERT INTO export_keys (export_id, wrapped, kek)"
            " VALUES (gen_random_uuid(), '', 'old')"
        )
    with closing(connect(audit.dsn)) as connection:
        only([*keys("audit", ring("kek-1", "old"), connection)], "1 exports are wrapped under old")


@pytest.mark.parametrize("role", list(Role))
def test_a_role_does_not_look_where_its_pod_may_not_go(
    engines: Engines, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    audit = engines.fresh("audit")
    signer = Signer.parse(f"{ORIGIN}/2026", random_key())
    text = Checkpoint(signer.name, 1, bytes(32)).text
    with psycopg.connect(audit.owner_dsn) as owner:
        owner.execute("INSERT INTO shards (id, first_index, opened_at) VALUES ('2026', 0, now())")
        owner.execute(
            "INSERT INTO checkpoints (shard, size, root, note, signed_at, published_at)"
            " VALUES ('2026', 1, '', %s, now(), now())",
            (signed_note.note(text, [signer.sign(text)]),),
        )
    given = {
        **engines.stack.environment("audit"),
        "AUDIT_DATABASE_DSN": audit.dsn,
        "AUDIT_ISSUER": "http://127.0.0.1:1",
        "AUDIT_WITNESSES": witness_line(url="http://127.0.0.1:1"),
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    found = [each.finding for each in examined([at_hand("audit")], role)]
    fine = said(found, Level.FINE)
    assert {words: words in fine for words in NOT_LOOKED_AT} == {
        words: role is blind for words, blind in NOT_LOOKED_AT.items()
    }
    wrong = " ".join(said(found, Level.WRONG))
    assert {words: words in wrong for words in UNREACHED} == {
        words: role is not blind for words, blind in UNREACHED.items()
    }


def test_parked_events(fresh: Fresh) -> None:
    with closing(connect(fresh.dsn)) as connection:
        assert said([*parked(connection)]) == []
        with psycopg.connect(fresh.owner_dsn) as owner:
            owner.execute(
                "INSERT INTO dead_letters (producer, position, event_id, type, body, error)"
                " VALUES ('referrals', 1, '', '', '', '')"
            )
        only([*parked(connection)], "1 events of referrals are parked")


def test_whether_a_worker_leads(fresh: Fresh) -> None:
    async def led() -> list[Finding]:
        holding = Database(fresh.dsn)
        async with leading(holding, worker_of("notes")):
            return await asyncio.to_thread(look)

    def look() -> list[Finding]:
        with closing(connect(fresh.dsn)) as connection:
            return [*deadlines("notes", fresh.dsn, connection)]

    only(look(), "no worker of notes leads")
    assert said(asyncio.run(led())) == []


def settings(engines: Engines, fresh: Fresh, **changes: Any) -> NotesSettings:
    given = {
        "nats_url": engines.layout.nats_url,
        "nats_user": "notes",
        "nats_password": engines.layout.secret("nats", "notes"),
        "database_dsn": fresh.dsn,
        "idempotency_secret": "",
        "key_encryption_keys": "",
    }
    return NotesSettings(**{**given, **changes})


def of_broker(engines: Engines, fresh: Fresh, **changes: Any) -> list[Finding]:
    service = service_of("notes")
    with closing(connect(fresh.dsn)) as connection:
        taken = cursors(connection, ODS_CODE)
        seen = asyncio.run(broker.look(service, settings(engines, fresh, **changes), taken))
        found = [*broker.broker(service, ODS_CODE, seen), *broker.following(seen)]
        found += relayed(seen.tail, connection) if seen.tail else []
    return [each for each in found if not each.production]


@pytest.fixture
def as_operator(engines: Engines) -> Iterator[Callable[..., dict[str, Any]]]:
    """One request as the operator. Afterwards the stream of notes is made anew."""

    def asked(subject: str, request: object = None) -> dict[str, Any]:
        async def ask_it(connection: Client, _: Names) -> dict[str, Any]:
            return await ask(connection, subject, request)

        return asyncio.run(_with_operator(engines, ask_it))

    async def renewed() -> None:
        async with engines.stream("notes"):
            pass

    asyncio.run(renewed())
    yield asked
    asyncio.run(renewed())


async def _with_operator(
    engines: Engines, do: Callable[[Client, Names], Coroutine[Any, Any, T]]
) -> T:
    connection = await engines.stack.nats.connect()
    try:
        return await do(connection, Names(ODS_CODE, "notes"))
    finally:
        await connection.close()


def test_a_broker_as_it_is_provided(
    engines: Engines, fresh: Fresh, as_operator: Callable[..., Any]
) -> None:
    assert said(of_broker(engines, fresh)) == []


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("max_age", 86_400_000_000_000),
        ("max_msgs", 1_000),
        ("discard", "old"),
        ("duplicate_window", 1_000_000_000),
        ("subjects", ["care.LOCAL.notes.note.>"]),
    ],
)
def test_a_stream_that_was_changed(
    engines: Engines,
    fresh: Fresh,
    as_operator: Callable[..., Any],
    setting: str,
    value: Any,
) -> None:
    config = as_operator("STREAM.INFO.CARE_NOTES")["config"]
    as_operator("STREAM.UPDATE.CARE_NOTES", {**config, setting: value})
    only(of_broker(engines, fresh), f"CARE_NOTES: {setting} is")


def test_a_stream_that_is_gone(
    engines: Engines, fresh: Fresh, as_operator: Callable[..., Any]
) -> None:
    as_operator("STREAM.DELETE.CARE_NOTES")
    only(of_broker(engines, fresh), "CARE_NOTES: there is no such stream")


def test_a_user_who_is_another(
    engines: Engines, fresh: Fresh, as_operator: Callable[..., Any]
) -> None:
    password = engines.layout.secret("nats", "operator")
    found = of_broker(engines, fresh, nats_user="operator", nats_password=password)
    only(found, "signs in at the broker as operator")


def test_a_broker_that_does_not_let_in(engines: Engines, fresh: Fresh) -> None:
    for changes in (
        {"nats_password": "hush-hush-1"},
        {"nats_url": "nats://127.0.0.1:1"},
        {"nats_url": "nats://broker.example:4222"},
    ):
        with pytest.raises(broker.BrokerAway) as away:
            of_broker(engines, fresh, **changes)
        assert "hush" not in str(away.value)


@asynccontextmanager
async def _relayed(engines: Engines, fresh: Fresh) -> AsyncIterator[Opened]:
    """A store with an event, and a stream that has it."""
    async with fresh.opened() as opened, engines.stream("notes") as (connection, names):
        await append(opened, note())
        relay = Relay(opened.database, opened.store, connection, names)
        running = asyncio.create_task(relay.run())
        try:

            async def published() -> bool:
                return (await read_tail(connection, names.stream)).sequence == 1

            await until(published)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        yield opened


def test_what_the_stream_holds_against_the_store(
    engines: Engines, fresh: Fresh, as_operator: Callable[..., Any]
) -> None:
    async def publish() -> None:
        async with _relayed(engines, fresh) as opened:
            await append(opened, note())

    asyncio.run(publish())
    only(of_broker(engines, fresh), "1 events wait to be published, since 2026-")
    with psycopg.connect(fresh.owner_dsn) as owner:
        owner.execute("ALTER TABLE events DISABLE TRIGGER events_append_only")
        owner.execute("DELETE FROM events")
    only(of_broker(engines, fresh), "the store doesn't hold the last event of its stream")
    as_operator("STREAM.PURGE.CARE_NOTES")
    only(of_broker(engines, fresh), "the stream was emptied")

"""Migrating while the release before runs: what is refused, and that nobody is held up."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from deploy.local.processes import wait_until
from shared.eventstore.database import Database
from shared.platform.migrations import (
    CannotMigrate,
    application_name,
    expected_revision,
    migrate,
    revisions,
    schema_of,
)
from tests.support.engines import Engines, Fresh
from tests.support.histories import following, release, write

NOW = expected_revision("notes")
NEXT, LAST = following("notes"), following("notes", 2)
ADD = "apply('ALTER TABLE notes ADD COLUMN heeded text')"
DROP = "apply('ALTER TABLE notes DROP COLUMN heeded')"
INDEX = "index_beside_users('ix_notes_status', 'notes (status)')"
VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('ix_notes_status')"


@pytest.fixture
def notes(engines: Engines) -> Fresh:
    return engines.fresh("notes")


@contextmanager
def process_of(fresh: Fresh, revision: str, service: str = "notes") -> Iterator[psycopg.Connection]:
    """What a running process of a release is to the database, as its run-time role."""
    name = application_name(service, revision)
    with psycopg.connect(fresh.dsn, application_name=name) as connection:
        yield connection


@contextmanager
def migrating(fresh: Fresh) -> Iterator[tuple[list[str], Callable[[], str]]]:
    """`migrate`, running beside; what it says, and a way to wait for its end."""
    said: list[str] = []
    ended: list[str] = []
    running = threading.Thread(
        target=lambda: ended.append(migrate("notes", fresh.owner_dsn, say=said.append))
    )

    def result() -> str:
        running.join(30)
        return ended[0]

    running.start()
    try:
        yield said, result
    finally:
        running.join(30)


def asked(fresh: Fresh, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(fresh.owner_dsn) as connection:
        return connection.execute(sql.encode()).fetchall()


async def said_to(fresh: Fresh, revision: str, known: tuple[str, ...]) -> str:
    """What code of a release is told, which reads it as the run-time role."""
    database = Database(fresh.dsn)
    await database.open()
    try:
        return (await schema_of(database)).said_to(revision, known)
    finally:
        await database.close()


@pytest.mark.anyio
async def test_a_database_says_whom_it_serves(
    engines: Engines, notes: Fresh, tmp_path: Path
) -> None:
    before, after = revisions("notes"), (*revisions("notes"), NEXT, LAST)
    write(tmp_path, NEXT, ADD, serves_from=NOW)
    with release(tmp_path):
        assert await said_to(engines.empty("notes"), NOW, before) == (
            f"not migrated yet: this release needs {NOW}"
        )
        assert await said_to(notes, NEXT, after) == (
            f"not migrated yet: this release needs {NEXT}, the database is at {NOW}"
        )
        assert migrate("notes", notes.owner_dsn) == NEXT
        assert await said_to(notes, NOW, before) == await said_to(notes, NEXT, after) == "ok"
        write(tmp_path, LAST, DROP)
        assert migrate("notes", notes.owner_dsn) == LAST
        assert await said_to(notes, LAST, after) == "ok"
        assert await said_to(notes, NEXT, after[:-1]) == (
            f"this release ({NEXT}) is too old for the database, which is at {LAST}"
            f" and serves from {LAST}"
        )


@pytest.mark.anyio
async def test_a_database_from_before_serves_its_own_revision_until_it_is_told(
    notes: Fresh,
) -> None:
    with psycopg.connect(notes.owner_dsn) as connection:
        connection.execute("DROP TABLE schema_serves")
    assert await said_to(notes, NOW, revisions("notes")) == "ok"
    assert (await said_to(notes, "0001", ("0001",))).startswith("this release (0001) is too old")
    migrate("notes", notes.owner_dsn)
    assert asked(notes, "SELECT revision FROM schema_serves") == [(NOW,)]


def test_going_back_to_a_release_that_is_served_migrates_nothing(
    notes: Fresh, tmp_path: Path
) -> None:
    write(tmp_path, NEXT, ADD, serves_from=NOW)
    with release(tmp_path):
        migrate("notes", notes.owner_dsn)
    assert migrate("notes", notes.owner_dsn) == NEXT
    write(tmp_path, LAST, DROP)
    with release(tmp_path):
        migrate("notes", notes.owner_dsn)
    with pytest.raises(CannotMigrate, match=rf"\({NOW}\) is too old .* serves from {LAST}"):
        migrate("notes", notes.owner_dsn)


def test_a_release_that_runs_is_not_taken_out_of_service(
    engines: Engines, notes: Fresh, tmp_path: Path
) -> None:
    write(tmp_path, NEXT, ADD, serves_from=NOW)
    write(tmp_path, LAST, DROP, serves_from=NEXT)
    with release(tmp_path):
        with process_of(notes, NOW), pytest.raises(CannotMigrate, match=f"of {NOW} "):
            migrate("notes", notes.owner_dsn)
        assert asked(notes, "SELECT version_num FROM alembic_version") == [(NOW,)], (
            "nothing is done"
        )
        # Whoever is served afterwards, or isn't of this database, or of this service, is no matter.
        with (
            process_of(notes, LAST),
            process_of(engines.fresh("notes"), NOW),
            process_of(notes, NOW, "referrals"),
        ):
            assert migrate("notes", notes.owner_dsn) == LAST


def test_by_force_it_is(notes: Fresh, tmp_path: Path) -> None:
    write(tmp_path, NEXT, ADD)
    with release(tmp_path), process_of(notes, NOW):
        with pytest.raises(CannotMigrate, match="--force"):
            migrate("notes", notes.owner_dsn)
        assert migrate("notes", notes.owner_dsn, force=True) == NEXT


def test_two_migrations_at_once_are_one_after_the_other(notes: Fresh, tmp_path: Path) -> None:
    write(tmp_path, NEXT, ADD, serves_from=NOW)
    write(tmp_path, LAST, "apply('SELECT pg_sleep(0.5)')", serves_from=NOW)
    with release(tmp_path), migrating(notes) as (_, one), migrating(notes) as (_, other):
        assert one() == other() == LAST


def test_who_reads_for_long_holds_up_the_migration_and_nobody_else(
    notes: Fresh, tmp_path: Path
) -> None:
    write(tmp_path, NEXT, ADD, serves_from=NOW)
    with release(tmp_path), process_of(notes, NOW) as reading:
        reading.execute("SELECT count(*) FROM notes")
        with migrating(notes) as (said, result):
            wait_until(lambda: any("gives way" in each for each in said), 30, "it gives way")
            with process_of(notes, NOW) as other:
                other.execute("SELECT count(*) FROM notes")
            reading.rollback()
            assert result() == NEXT


def test_a_lock_that_is_never_free_ends_the_migration_in_words(
    notes: Fresh, tmp_path: Path
) -> None:
    write(tmp_path, NEXT, ADD, serves_from=NOW)
    with release(tmp_path), process_of(notes, NOW) as reading:
        reading.execute("SELECT count(*) FROM notes")
        with pytest.raises(CannotMigrate, match="a transaction that stays open"):
            migrate("notes", notes.owner_dsn, patience=0)
    assert asked(notes, "SELECT version_num FROM alembic_version") == [(NOW,)]


def test_an_index_is_built_beside_who_writes(notes: Fresh, tmp_path: Path) -> None:
    write(tmp_path, NEXT, INDEX, serves_from=NOW)
    begun = "SELECT FROM pg_stat_progress_create_index"
    with release(tmp_path), process_of(notes, NOW) as writing:
        writing.execute("LOCK TABLE notes IN ROW EXCLUSIVE MODE")  # as each write does
        with migrating(notes) as (_, result):
            wait_until(lambda: bool(asked(notes, begun)), 30, "it is being built")
            with process_of(notes, NOW) as other:
                other.execute("LOCK TABLE notes IN ROW EXCLUSIVE MODE")
            assert asked(notes, VALID) == [(False,)]
            writing.commit()
            assert result() == NEXT
    assert asked(notes, VALID) == [(True,)]


def test_an_index_that_was_left_half_done_is_made_anew(notes: Fresh, tmp_path: Path) -> None:
    write(tmp_path, NEXT, INDEX, serves_from=NOW)
    hasty = psycopg.connect(notes.owner_dsn, autocommit=True, options="-c lock_timeout=100ms")
    with hasty as connection, process_of(notes, NOW) as writing:
        writing.execute("LOCK TABLE notes IN ROW EXCLUSIVE MODE")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            connection.execute("CREATE INDEX CONCURRENTLY ix_notes_status ON notes (status)")
    assert asked(notes, VALID) == [(False,)]
    with release(tmp_path):
        assert migrate("notes", notes.owner_dsn) == NEXT
    assert asked(notes, VALID) == [(True,)]

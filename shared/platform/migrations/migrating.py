"""`countersign migrate`: a release's migrations, while the release before still runs (ADR 22)."""

import hashlib
import itertools
import random
import time
from collections.abc import Callable, Sequence

import psycopg
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from shared.platform.migrations.history import expected_revision, revisions, served_by, take_step
from shared.platform.migrations.schema import BEFORE, SERVED, Schema, application_name

LOCK_TIMEOUT = "1s"
"""How long a migration waits for a lock. Whoever waits for all of a table holds up everyone who
comes after them, readers too: so it gives way, and tries again."""
OPTIONS = (
    "-c transaction_timeout=0 -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
    f" -c lock_timeout={LOCK_TIMEOUT}"
)
"""A migration takes as long as it takes: ended half-way, it would be begun again and again."""
PATIENCE = 300.0
"""Seconds in which a lock must be got, and in which another migration must end."""
LONGEST_PAUSE = 10.0
IN_THE_WAY = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)

SERVES = """
CREATE TABLE IF NOT EXISTS schema_serves (place integer PRIMARY KEY, revision text NOT NULL);
GRANT SELECT ON schema_serves TO {role};
"""
STILL_CONNECTED = """
SELECT application_name, count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = ANY(%s) GROUP BY 1 ORDER BY 1
"""
Say = Callable[[str], None]


class CannotMigrate(Exception):
    """Why a database can't be brought to this release, in words for people."""


def migrate(
    service: str,
    owner_dsn: str,
    revision: str = "head",
    *,
    force: bool = False,
    say: Say = lambda _: None,
    patience: float = PATIENCE,
) -> str:
    """Bring a service's database to a revision, the expected one unless given, as its owner.

    Each migration is a transaction. Returns the revision the database is at: a newer release's, if
    that still serves this one. Raises `CannotMigrate` where a migration refuses, and, unless
    `force`, where processes run that the schema would no longer serve.
    """
    target = expected_revision(service) if revision == "head" else revision
    with psycopg.connect(owner_dsn, options=OPTIONS, autocommit=True) as connection:
        _take_lock(service, connection, say, patience)
        found = _schema(connection)
        if found.revision is not None and found.revision not in revisions(service):
            return _of_newer_release(service, found)
        steps = _steps(service, found.revision, target)
        if steps and not force:
            _refuse_while_needed(service, connection, found, target)
        for step in steps:
            if not force:
                _refuse_while_needed(service, connection, _schema(connection), step)
            say(f"{service}: to {step}")
            _patiently(service, owner_dsn, step, say, patience)
        if found.revision and not steps:  # it may have been migrated before it was kept there
            with connection.transaction():
                _write_served(connection, service, served_by(service, found.revision))
        return steps[-1] if steps else found.revision or target


def _take_lock(service: str, connection: psycopg.Connection, say: Say, patience: float) -> None:
    """Be the only one who migrates. Asked for again and again, since a session that waits for a
    lock keeps a snapshot, and an index that another builds beside its users waits for that."""
    key = int.from_bytes(hashlib.sha256(f"{service}-migrate".encode()).digest()[:8], signed=True)
    until = time.monotonic() + patience
    for attempt in itertools.count():
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", (key,)).fetchone()
        if row and row[0]:
            return
        if time.monotonic() > until:
            raise CannotMigrate(f"Another migration of {service} runs, and doesn't end.")
        if attempt == 0:
            say(f"{service}: another migration runs; waiting for it")
        time.sleep(0.2)


def _schema(connection: psycopg.Connection) -> Schema:
    for sql in (SERVED, BEFORE):
        try:
            row = connection.execute(sql).fetchone()
        except psycopg.errors.UndefinedTable:
            continue
        return Schema(row[0], tuple(row[1])) if row else Schema(None, ())
    return Schema(None, ())


def _of_newer_release(service: str, found: Schema) -> str:
    """After going back to this release: fine, as long as the database serves it."""
    expected = expected_revision(service)
    if expected in found.serves and found.revision:
        return found.revision
    why = found.said_to(expected, revisions(service))
    raise CannotMigrate(f"The database of {service} can't be migrated: {why}.")


def _steps(service: str, at: str | None, target: str) -> tuple[str, ...]:
    order = revisions(service)
    first = order.index(at) + 1 if at else 0
    return order[first : order.index(target) + 1]


def _refuse_while_needed(
    service: str, connection: psycopg.Connection, found: Schema, step: str
) -> None:
    """Refuse to end the service of a release whose processes are connected."""
    leaving = [each for each in found.serves if each not in served_by(service, step)]
    names = {application_name(service, each): each for each in leaving}
    connected = connection.execute(STILL_CONNECTED, ([*names],)).fetchall()
    if connected:
        told = ", ".join(f"{names[name]} ({number} connections)" for name, number in connected)
        raise CannotMigrate(
            f"{service} {step} no longer serves releases that still run, of {told}."
            " Stop them first; or use --force, and they will be unavailable."
        )


def _patiently(service: str, owner_dsn: str, step: str, say: Say, patience: float) -> None:
    """Take a step; where others hold what it needs, let them go first and try again."""
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(owner_dsn, options=OPTIONS),
        poolclass=NullPool,
    )
    until = time.monotonic() + patience
    for attempt in itertools.count(1):
        try:
            with engine.connect() as connection:
                take_step(service, connection, step, lambda on: _serves(service, step, on))
            return
        except (*IN_THE_WAY, DBAPIError) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            if not isinstance(cause, IN_THE_WAY):
                raise
            if time.monotonic() > until:
                raise CannotMigrate(
                    f"{service} {step} can't get a lock that it needs: look in pg_stat_activity"
                    " for a transaction that stays open. Nothing of this step was changed."
                ) from None
            pause = min(0.25 * 2**attempt, LONGEST_PAUSE) * random.uniform(0.5, 1)  # noqa: S311
            say(f"{service}: {step} gives way to others; again in {pause:.1f} s")
            time.sleep(pause)
        except psycopg.errors.RaiseException as refused:
            why = refused.diag.message_primary
            raise CannotMigrate(f"The database of {service} can't be migrated: {why}.") from None


def _serves(service: str, revision: str, connection: Connection) -> None:
    """In the step's transaction: whom the schema serves from then on."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    _write_served(driver, service, served_by(service, revision))


def _write_served(connection: psycopg.Connection, service: str, serves: Sequence[str]) -> None:
    connection.execute(SERVES.format(role=f"countersign_{service}").encode())
    connection.execute("DELETE FROM schema_serves")
    rows = list(enumerate(serves))
    connection.cursor().executemany("INSERT INTO schema_serves VALUES (%s, %s)", rows)

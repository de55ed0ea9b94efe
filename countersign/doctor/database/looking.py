"""What is to be seen of a database, read in one transaction that can't write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from countersign.plainly import in_words
from shared.platform.migrations.schema import BEFORE, NOT_MIGRATED, SERVED, Schema

PATIENCE = 5
"""Seconds to connect, and for each question."""
NEEDED = 170000
"""PostgreSQL 17: the first with transaction_timeout."""

_SETTINGS = "SELECT name, setting FROM pg_settings"
_SERVER = """
SELECT current_setting('server_version_num')::int AS version,
  pg_is_in_recovery() AS standby,
  (SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database())
    AS encoding,
  (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS encrypted,
  (SELECT count(*) FROM pg_prepared_xacts) AS prepared,
  (SELECT count(*) FROM pg_stat_activity WHERE datid IS NOT NULL) AS connections,
  (SELECT count(*) FROM pg_stat_replication) AS standbys,
  (SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')) AS synchronous,
  pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS sees_all,
  (SELECT last_failed_time > coalesce(last_archived_time, '-infinity') FROM pg_stat_archiver)
    AS archiving_fails,
  (SELECT last_archived_time FROM pg_stat_archiver) AS archived_at,
  clock_timestamp() AS now
"""
_OLDEST = """
SELECT locks.pid, activity.usename AS role, activity.application_name AS application,
  extract(epoch FROM clock_timestamp() - activity.xact_start)::float AS seconds
FROM pg_locks AS locks JOIN pg_stat_activity AS activity USING (pid)
WHERE locks.locktype = 'transactionid' AND locks.mode = 'ExclusiveLock' AND locks.granted
ORDER BY age(locks.transactionid) DESC LIMIT 1
"""
"""Who has had a transaction that writes for longest: a role sees that of others, but not since
when."""
_ROLE = """
SELECT rolname AS role, rolsuper AS superuser, rolcreaterole AS createrole,
  rolcreatedb AS createdb, rolbypassrls AS bypassrls, rolreplication AS replication
FROM pg_roles WHERE rolname = current_user
"""
_NAME = """
CASE schema.nspname WHEN 'public' THEN class.relname::text
  ELSE schema.nspname || '.' || class.relname END
"""
"""As we call a table, whether or not its schema may be used: `regclass` differs where not."""
_TABLES = f"""
SELECT {_NAME} AS table, pg_get_userbyid(class.relowner) AS owner,
  pg_has_role(current_user, class.relowner, 'MEMBER') AS owns,
  array(SELECT privilege FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS privilege
        WHERE has_table_privilege(class.oid, privilege)) AS may,
  has_any_column_privilege(class.oid, 'UPDATE') AS may_update_columns,
  array(SELECT DISTINCT acl.grantee::regrole::text FROM aclexplode(class.relacl) AS acl
        WHERE acl.grantee <> class.relowner AND acl.grantee <> current_user::regrole
          AND acl.privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER')) AS others
FROM pg_class AS class JOIN pg_namespace AS schema ON schema.oid = class.relnamespace
WHERE class.relkind = 'r' AND {_NAME} = ANY(%s)
"""
_HELD = f"""
SELECT {_NAME} AS table, schema.nspname AS schema,
  has_schema_privilege(schema.oid, 'USAGE') AS usable,
  array(SELECT privilege FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS privilege
        WHERE has_table_privilege(class.oid, privilege)) AS may
FROM pg_class AS class JOIN pg_namespace AS schema ON schema.oid = class.relnamespace
WHERE class.relkind = 'r' AND schema.nspname IN ('public', 'keys') AND class.relowner IN (
  SELECT class.relowner FROM pg_class AS class
  JOIN pg_namespace AS schema ON schema.oid = class.relnamespace WHERE {_NAME} = 'events')
ORDER BY 1
"""
"""The service's own tables are those of whoever owns its events: others may have put some beside
them."""
_USABLE = "SELECT WHERE has_schema_privilege('public', 'USAGE')"
_TRIGGERS = f"""
SELECT trigger.tgname AS name, {_NAME} AS table,
  trigger.tgenabled IN ('O', 'A') AND function.prosrc LIKE '%%RAISE EXCEPTION%%' AS refuses
FROM pg_trigger AS trigger JOIN pg_proc AS function ON function.oid = trigger.tgfoid
JOIN pg_class AS class ON class.oid = trigger.tgrelid
JOIN pg_namespace AS schema ON schema.oid = class.relnamespace
WHERE NOT trigger.tgisinternal AND trigger.tgname = ANY(%s)
"""


class DatabaseAway(Exception):
    """Why there is nothing to be seen, in words."""


@dataclass(frozen=True)
class Seen:
    """`server` and `settings` of PostgreSQL, `role` that we are, `tables` and `triggers` that keep
    what is recorded, `held` what the role may do with each of the service's tables. `clock` is how
    many seconds the server is ahead of this machine; `schema` is None where it may not be read."""

    server: Mapping[str, Any]
    settings: Mapping[str, str]
    clock: float
    oldest: Mapping[str, Any] | None
    role: Mapping[str, Any]
    tables: Sequence[Mapping[str, Any]]
    triggers: Sequence[Mapping[str, Any]]
    held: Sequence[Mapping[str, Any]]
    schema: Schema | None


def connect(dsn: str) -> psycopg.Connection[dict[str, Any]]:
    """Raises `DatabaseAway`. Nothing can be written through it."""
    try:
        connection = psycopg.connect(
            dsn, connect_timeout=PATIENCE, row_factory=dict_row,
            application_name="countersign-doctor",
        )  # fmt: skip
    except psycopg.Error as error:
        raise DatabaseAway(in_words(error)[0]) from None
    connection.read_only = True
    return connection


def look(
    connection: psycopg.Connection[dict[str, Any]], tables: list[str], triggers: list[str]
) -> Seen:
    """Raises `psycopg.Error`."""
    with connection.transaction():
        settings = {row["name"]: row["setting"] for row in connection.execute(_SETTINGS)}
        connection.execute(f"SET LOCAL statement_timeout = '{PATIENCE}s'")
        before = datetime.now(UTC)
        server = connection.execute(_SERVER).fetchone()
        between = before + (datetime.now(UTC) - before) / 2
        assert server is not None
        role = connection.execute(_ROLE).fetchone()
        assert role is not None
        return Seen(
            server, settings, (server["now"] - between).total_seconds(),
            connection.execute(_OLDEST).fetchone(), role,
            connection.execute(_TABLES, (tables,)).fetchall(),
            connection.execute(_TRIGGERS, (triggers,)).fetchall(),
            connection.execute(_HELD).fetchall(),
            _schema(connection),
        )  # fmt: skip


def _schema(connection: psycopg.Connection[dict[str, Any]]) -> Schema | None:
    # What is in a schema that may not be used looks like tables that aren't there.
    if connection.execute(_USABLE).fetchone() is None:
        return None
    for sql in (SERVED, BEFORE):
        try:
            with connection.transaction():
                row = connection.execute(sql).fetchone()
        except psycopg.errors.UndefinedTable:
            continue
        except psycopg.errors.InsufficientPrivilege:
            return None
        return Schema(row["revision"], tuple(row["serves"])) if row else NOT_MIGRATED
    return NOT_MIGRATED

"""The store's tables as migrations make them. A revision that has been released is never edited."""

from typing import Any

from alembic import op

STORE_1 = """
CREATE TABLE event_base (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  base bigint NOT NULL
);
INSERT INTO event_base (base) VALUES (0);

CREATE TABLE events (
  position bigint PRIMARY KEY,
  event_id uuid NOT NULL UNIQUE,
  stream_id uuid NOT NULL,
  version integer NOT NULL,
  type text NOT NULL,
  body bytea NOT NULL,
  traceparent text,
  CONSTRAINT events_stream UNIQUE (stream_id, version)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE idempotency_keys (
  key bytea PRIMARY KEY,
  request bytea NOT NULL,
  stream_id uuid NOT NULL,
  version integer NOT NULL,
  recorded_at timestamptz NOT NULL
);
CREATE INDEX ix_idempotency_keys_recorded_at ON idempotency_keys (recorded_at);

CREATE TABLE consumers (
  producer text PRIMARY KEY,
  position bigint NOT NULL,
  sequence bigint NOT NULL
);

CREATE TABLE dead_letters (
  producer text,
  position bigint,
  event_id text NOT NULL,
  type text NOT NULL,
  body bytea NOT NULL,
  error text NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (producer, position)
);

CREATE TABLE recoveries (
  tail_position bigint PRIMARY KEY,
  tail_event_id text NOT NULL,
  recovered_at timestamptz NOT NULL DEFAULT now()
);
"""

KEYS_1 = """
CREATE SCHEMA keys;
CREATE TABLE keys.data_keys (
  key_id uuid PRIMARY KEY,
  subject text NOT NULL,
  owner text NOT NULL,
  wrapped bytea,
  kek text,
  created_at timestamptz NOT NULL,
  destroyed_at timestamptz,
  handed_over boolean NOT NULL,
  CONSTRAINT data_keys_live_or_destroyed CHECK (
    (wrapped IS NULL) = (destroyed_at IS NOT NULL) AND (wrapped IS NULL) = (kek IS NULL))
);
CREATE INDEX ix_data_keys_subject ON keys.data_keys (subject, created_at);
CREATE INDEX ix_data_keys_waiting ON keys.data_keys (created_at) WHERE NOT handed_over;

CREATE FUNCTION keys.refuse_revival() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.key_id, NEW.subject, NEW.owner) <> (OLD.key_id, OLD.subject, OLD.owner) THEN
    RAISE EXCEPTION 'a data key keeps its name' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.destroyed_at IS NOT NULL
     AND (NEW.wrapped IS NOT NULL OR NEW.destroyed_at IS DISTINCT FROM OLD.destroyed_at) THEN
    RAISE EXCEPTION 'a destroyed key stays destroyed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER data_keys_stay_destroyed BEFORE UPDATE ON keys.data_keys
  FOR EACH ROW EXECUTE FUNCTION keys.refuse_revival();
CREATE FUNCTION keys.refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a data key is destroyed, never deleted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER data_keys_stay BEFORE DELETE OR TRUNCATE ON keys.data_keys
  FOR EACH STATEMENT EXECUTE FUNCTION keys.refuse_removal();
"""
"""A row outlives its key, so that a late copy of the key finds it destroyed."""


def refuse_unless_empty(table: str = "events") -> str:
    """Refuse a store from before sealing: its events are in clear, and can't be changed."""
    return f"""
DO $$ BEGIN
  IF EXISTS (SELECT FROM {table}) THEN
    RAISE EXCEPTION
      'it holds events of an unreleased version; start with an empty database';
  END IF;
END $$;
"""


def key_grants(service: str) -> str:
    """What the run-time role may do with keys: make, wrap again and destroy; never delete."""
    role = f"countersign_{service}"
    return f"""
GRANT USAGE ON SCHEMA keys TO {role};
GRANT SELECT, INSERT, UPDATE ON keys.data_keys TO {role};
"""


def grants(service: str, *, kept: tuple[str, ...], append_only: tuple[str, ...] = ()) -> str:
    """What the run-time role may do: append and read events, and keep its own read models."""
    role = f"countersign_{service}"
    changing = ", ".join(("idempotency_keys", "consumers", "dead_letters", *kept))
    appending = ", ".join(("events", *append_only))
    return f"""
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT ON {appending} TO {role};
GRANT SELECT ON event_base, recoveries, alembic_version TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON {changing} TO {role};
"""


def granted(service: str, *tables: str) -> str:
    """The run-time role keeps these read models too."""
    return f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(tables)} TO countersign_{service};"


def index_beside_users(name: str, on: str) -> None:
    """Build an index while others read and write the table, which takes longer and no lock of them.

    It can't be part of a transaction, so a migration that does this does nothing else: what was
    left half-done by one that was interrupted is made anew by the next. `on` is what follows `ON`.
    """
    with op.get_context().autocommit_block():
        connection: Any = op.get_bind().connection.driver_connection
        connection.execute("SET lock_timeout = 0")  # given up, it would leave an invalid index
        if connection.execute(LEFT_HALF_DONE, (name,)).rowcount:
            connection.execute(f"DROP INDEX CONCURRENTLY {name}")
        connection.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {on}")
        connection.execute("RESET lock_timeout")


LEFT_HALF_DONE = "SELECT FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid"


def apply(*scripts: str) -> None:
    """Run SQL scripts of several statements each, in the migration's transaction."""
    connection: Any = op.get_bind().connection.driver_connection
    for script in scripts:
        connection.execute(script)

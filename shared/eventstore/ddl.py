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


def apply(*scripts: str) -> None:
    """Run SQL scripts of several statements each, in the migration's transaction."""
    connection: Any = op.get_bind().connection.driver_connection
    for script in scripts:
        connection.execute(script)

"""The event store, the ledger, and the entries read from it."""

from shared.eventstore.ddl import STORE_1, apply, grants

revision = "0001"
down_revision = None

LEDGER = """
CREATE TABLE ledger (
  index bigint PRIMARY KEY,
  service text NOT NULL,
  position bigint NOT NULL,
  previous bigint NOT NULL,
  event_id text NOT NULL,
  type text NOT NULL,
  digest bytea NOT NULL,
  body bytea NOT NULL,
  recorded_at timestamptz NOT NULL,
  CONSTRAINT ledger_position UNIQUE (service, position)
);
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE ledger_size (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  size bigint NOT NULL
);
INSERT INTO ledger_size (size) VALUES (0);

CREATE TABLE entries (
  index bigint PRIMARY KEY,
  event_id uuid NOT NULL,
  service text NOT NULL,
  type text NOT NULL,
  time timestamptz NOT NULL,
  actor_id text NOT NULL,
  actor_role text NOT NULL,
  subject text NOT NULL,
  team_id text,
  resource_kind text NOT NULL,
  resource_id text NOT NULL,
  resource_version integer NOT NULL,
  outcome text NOT NULL
);
CREATE INDEX ix_entries_event_id ON entries (event_id);
CREATE INDEX ix_entries_subject ON entries (subject, index);
CREATE INDEX ix_entries_actor ON entries (actor_id, index);
CREATE INDEX ix_entries_actor_role ON entries (actor_role, index);
CREATE INDEX ix_entries_team ON entries (team_id, index);
CREATE INDEX ix_entries_resource ON entries (resource_id, index);
CREATE INDEX ix_entries_type ON entries (type, index);
CREATE INDEX ix_entries_service ON entries (service, index);
CREATE INDEX ix_entries_outcome ON entries (outcome, index);
CREATE INDEX ix_entries_time ON entries (time);

CREATE TABLE gaps (
  service text,
  after_position bigint,
  before_position bigint NOT NULL,
  seen_at timestamptz NOT NULL,
  filled_at timestamptz,
  PRIMARY KEY (service, after_position)
);
"""


def upgrade() -> None:
    apply(STORE_1, LEDGER)
    apply(grants("audit", kept=("ledger_size", "entries", "gaps"), append_only=("ledger",)))

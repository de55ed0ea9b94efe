"""The event store, notes, and what is learnt of other services."""

from shared.eventstore.ddl import STORE_1, apply, grants

revision = "0001"
down_revision = None

READ_MODELS = """
CREATE TABLE notes (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  service_user_id uuid NOT NULL,
  author_id text NOT NULL,
  team_id text,
  status text NOT NULL,
  flags jsonb NOT NULL,
  occurred_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  due_at timestamptz,
  document json NOT NULL
);
CREATE INDEX ix_notes_service_user ON notes (service_user_id, recorded_at, id);
CREATE INDEX ix_notes_author ON notes (author_id, recorded_at, id);
CREATE INDEX ix_notes_team ON notes (team_id, recorded_at, id);
CREATE INDEX ix_notes_awaiting ON notes (team_id, due_at, id)
  WHERE status = 'awaiting_countersignature';

CREATE TABLE service_users (
  id uuid PRIMARY KEY,
  team_id text NOT NULL,
  care_coordinator_id text
);

CREATE TABLE allocations (
  referral_id uuid PRIMARY KEY,
  service_user_id uuid NOT NULL,
  worker_id text NOT NULL
);
CREATE INDEX ix_allocations_service_user ON allocations (service_user_id);

CREATE TABLE workers (
  staff_id text PRIMARY KEY,
  teams jsonb NOT NULL,
  registrations jsonb NOT NULL
);
"""
KEPT = ("notes", "service_users", "allocations", "workers")


def upgrade() -> None:
    apply(STORE_1, READ_MODELS, grants("notes", kept=KEPT))

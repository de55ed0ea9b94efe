"""The whole life of a note: policies, competence, concerns, boundary queries, group sessions."""

from shared.eventstore.ddl import apply, granted
from shared.platform.ties import TABLES_2, TIES_2

revision = "0003"
down_revision = "0002"

NOTES = """
ALTER TABLE notes
  ADD COLUMN outstanding jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN kept_from jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN assigned_to text,
  ADD COLUMN to_answer text,
  ADD COLUMN group_session_id uuid;
DROP INDEX ix_notes_awaiting;
CREATE INDEX ix_notes_awaiting ON notes (team_id, due_at, id)
  WHERE status IN ('awaiting_countersignature', 'returned');
CREATE INDEX ix_notes_recorded ON notes (recorded_at, id);
CREATE INDEX ix_notes_group_session ON notes (group_session_id)
  WHERE group_session_id IS NOT NULL;
CREATE INDEX ix_notes_late_reason ON notes (team_id) WHERE outstanding ? 'late_entry_reason';
CREATE INDEX ix_notes_due ON notes (due_at)
  WHERE status IN ('awaiting_countersignature', 'returned');

CREATE TABLE overdue_countersignatures (
  note_id uuid,
  due_at timestamptz,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (note_id, due_at)
);
CREATE TABLE group_sessions (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  team_id text,
  leader_id text NOT NULL,
  occurred_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  document json NOT NULL
);
CREATE INDEX ix_group_sessions_recorded ON group_sessions (recorded_at, id);
CREATE INDEX ix_group_sessions_team ON group_sessions (team_id, recorded_at, id);
CREATE TABLE boundary_queries (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  note_id uuid NOT NULL,
  team_id text,
  worker_id text NOT NULL,
  status text NOT NULL,
  service_user_id uuid NOT NULL,
  raised_at timestamptz NOT NULL,
  metadata json NOT NULL,
  document bytea
);
CREATE INDEX ix_boundary_queries_raised ON boundary_queries (raised_at, id);
CREATE INDEX ix_boundary_queries_worker ON boundary_queries (worker_id, raised_at, id);
CREATE INDEX ix_boundary_queries_team ON boundary_queries (team_id, raised_at, id);
CREATE INDEX ix_boundary_queries_open ON boundary_queries (team_id) WHERE status = 'open';
CREATE INDEX ix_boundary_queries_note ON boundary_queries (note_id);
"""
CONCERNS = """
CREATE TABLE concerns (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  service_user_id uuid NOT NULL,
  team_id text NOT NULL,
  note_id uuid,
  raised_by text NOT NULL,
  status text NOT NULL,
  urgency text NOT NULL,
  kept_from jsonb NOT NULL,
  clock integer NOT NULL,
  asked integer NOT NULL,
  acknowledge_by timestamptz NOT NULL,
  first_step_at timestamptz NOT NULL,
  policy_version integer NOT NULL,
  raised_at timestamptz NOT NULL,
  metadata json NOT NULL,
  document bytea
);
CREATE INDEX ix_concerns_raised ON concerns (raised_at, id);
CREATE INDEX ix_concerns_service_user ON concerns (service_user_id, raised_at, id);
CREATE INDEX ix_concerns_team ON concerns (team_id, raised_at, id);
CREATE INDEX ix_concerns_note ON concerns (note_id) WHERE note_id IS NOT NULL;
CREATE INDEX ix_concerns_open ON concerns (team_id) WHERE status IN ('raised', 'acknowledged');
CREATE INDEX ix_concerns_unanswered ON concerns (first_step_at) WHERE status = 'raised';
CREATE TABLE escalations (
  concern_id uuid,
  clock integer,
  step integer,
  position integer NOT NULL,
  at timestamptz NOT NULL,
  recipient text NOT NULL,
  reached jsonb NOT NULL,
  next_at timestamptz,
  PRIMARY KEY (concern_id, clock, step)
);
"""
POLICIES = """
CREATE TABLE record_keeping_policies (
  team_id text PRIMARY KEY,
  version integer NOT NULL,
  document json NOT NULL
);
CREATE TABLE record_keeping_rules (
  team_id text,
  policy_version integer,
  effective_from timestamptz NOT NULL,
  rules jsonb NOT NULL,
  PRIMARY KEY (team_id, policy_version)
);
CREATE TABLE competences (
  staff_id text,
  activity text,
  assessed_on date NOT NULL,
  review_due date NOT NULL,
  revoked boolean NOT NULL,
  version integer NOT NULL,
  PRIMARY KEY (staff_id, activity)
);
CREATE TABLE courses (
  staff_id text,
  course text,
  completed_on date NOT NULL,
  expires_on date,
  version integer NOT NULL,
  PRIMARY KEY (staff_id, course)
);
CREATE TABLE managed (
  staff_id text PRIMARY KEY,
  line_manager_id text,
  version integer NOT NULL
);
"""
NEW = (
    "overdue_countersignatures", "group_sessions", "boundary_queries", "concerns", "escalations",
    "record_keeping_policies", "record_keeping_rules", "competences", "courses", "managed",
)  # fmt: skip


def upgrade() -> None:
    apply(NOTES, CONCERNS, POLICIES, TIES_2, granted("notes", *NEW, *TABLES_2))

"""Data keys; whom events are about, who looked, alerts, restrictions; auditors' engagements."""

from shared.eventstore.ddl import KEYS_1, apply, granted, key_grants, refuse_unless_empty

revision = "0002"
down_revision = "0001"

TABLES = """
CREATE TABLE subjects (
  subject text,
  index bigint,
  PRIMARY KEY (subject, index)
);
DROP INDEX ix_entries_subject;
CREATE INDEX ix_entries_subject_type ON entries (subject, type, index);
CREATE INDEX ix_entries_duty ON entries (team_id, time) WHERE type = 'duty-assigned';

CREATE TABLE accesses (
  subject text,
  index bigint,
  time timestamptz NOT NULL,
  actor_id text NOT NULL,
  outcome text NOT NULL,
  basis text,
  override_id text,
  PRIMARY KEY (subject, index)
);
CREATE INDEX ix_accesses_override ON accesses (time) WHERE override_id IS NOT NULL;

CREATE TABLE alerts (
  index bigint PRIMARY KEY,
  kind text NOT NULL,
  time timestamptz NOT NULL
);
CREATE INDEX ix_alerts_kind ON alerts (kind, index);

CREATE TABLE restrictions (
  subject text PRIMARY KEY,
  restricted boolean NOT NULL,
  excluded jsonb NOT NULL,
  version integer NOT NULL
);
CREATE INDEX ix_restrictions_excluded ON restrictions USING gin (excluded);

CREATE TABLE engagements (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  auditor_id text NOT NULL,
  agreed_at timestamptz NOT NULL,
  starts_at timestamptz NOT NULL,
  until timestamptz NOT NULL,
  teams jsonb NOT NULL,
  service_user_ids jsonb NOT NULL,
  identities boolean NOT NULL,
  document json NOT NULL
);
CREATE INDEX ix_engagements_agreed_at ON engagements (agreed_at, id);
CREATE INDEX ix_engagements_auditor ON engagements (auditor_id, agreed_at, id);
"""
STEPS = [
    refuse_unless_empty(), refuse_unless_empty("ledger"), KEYS_1, key_grants("audit"), TABLES,
    granted("audit", "subjects", "accesses", "alerts", "restrictions", "engagements"),
]  # fmt: skip


def upgrade() -> None:
    apply(*STEPS)

"""Whom events are about, who looked, alerts; the engagements under which auditors read."""

from shared.eventstore.ddl import apply

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
READ_SO_FAR = """
CREATE TEMPORARY TABLE said ON COMMIT DROP AS
  SELECT e.index, e.type, e.time, e.actor_id, e.actor_role, e.subject,
         convert_from(l.body, 'UTF8')::json -> 'data' ->> 'service_user_id' AS person
  FROM entries AS e JOIN ledger AS l USING (index);
INSERT INTO subjects (subject, index)
  SELECT subject, index FROM said UNION SELECT person, index FROM said WHERE person IS NOT NULL;
INSERT INTO accesses (subject, index, time, actor_id, outcome, basis)
  SELECT person, index, time, actor_id, 'allowed',
         CASE actor_role WHEN 'ig_lead' THEN 'governance' ELSE 'engagement' END
  FROM said WHERE type = 'ledger-queried' AND person IS NOT NULL;
"""
"""Until now nobody else's looking was an event, and no event was about several people."""
GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON subjects, accesses, alerts, engagements
  TO countersign_audit;
"""


def upgrade() -> None:
    apply(TABLES, READ_SO_FAR, GRANTS)

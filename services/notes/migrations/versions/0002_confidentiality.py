"""Data keys and words sealed under them; ties of staff to service users; broken glass."""

from shared.eventstore.ddl import KEYS_1, apply, granted, key_grants, refuse_unless_empty
from shared.platform.ties import TABLES, TIES_1

revision = "0002"
down_revision = "0001"

READ_MODELS = """
DROP TABLE service_users, allocations, workers;
ALTER TABLE notes
  DROP COLUMN document,
  ADD COLUMN metadata json NOT NULL,
  ADD COLUMN document bytea;

CREATE TABLE access_overrides (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  service_user_id uuid NOT NULL,
  staff_id text NOT NULL,
  team_id text NOT NULL,
  granted_at timestamptz NOT NULL,
  until timestamptz NOT NULL,
  renewal integer NOT NULL,
  reviewed boolean NOT NULL,
  metadata json NOT NULL,
  document bytea
);
CREATE INDEX ix_access_overrides_granted ON access_overrides (granted_at, id);
CREATE INDEX ix_access_overrides_unreviewed ON access_overrides (granted_at, id)
  WHERE NOT reviewed;
CREATE INDEX ix_access_overrides_previous ON access_overrides (service_user_id, staff_id, until);
CREATE INDEX ix_access_overrides_staff ON access_overrides (staff_id, granted_at, id);
"""
STEPS = [
    refuse_unless_empty(), KEYS_1, key_grants("notes"), READ_MODELS, TIES_1,
    granted("notes", "access_overrides", *TABLES),
]  # fmt: skip


def upgrade() -> None:
    apply(*STEPS)

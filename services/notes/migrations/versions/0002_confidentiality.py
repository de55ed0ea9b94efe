"""Ties of staff to service users, and broken glass."""

from shared.eventstore.ddl import apply, granted
from shared.platform.ties import TABLES, TIES_1

revision = "0002"
down_revision = "0001"

READ_MODELS = """
DROP TABLE service_users, allocations, workers;
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
  document json NOT NULL
);
CREATE INDEX ix_access_overrides_granted ON access_overrides (granted_at, id);
CREATE INDEX ix_access_overrides_unreviewed ON access_overrides (granted_at, id)
  WHERE NOT reviewed;
CREATE INDEX ix_access_overrides_previous ON access_overrides (service_user_id, staff_id, until);
CREATE INDEX ix_access_overrides_staff ON access_overrides (staff_id, granted_at, id);
"""


def upgrade() -> None:
    apply(READ_MODELS, TIES_1, granted("notes", "access_overrides", *TABLES))

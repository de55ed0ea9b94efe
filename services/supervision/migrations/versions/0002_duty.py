"""Who is on duty."""

from shared.eventstore.ddl import apply

revision = "0002"
down_revision = "0001"

DUTIES = """
CREATE TABLE duties (
  team_id text PRIMARY KEY,
  version integer NOT NULL,
  shifts json NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON duties TO countersign_supervision;
"""


def upgrade() -> None:
    apply(DUTIES)

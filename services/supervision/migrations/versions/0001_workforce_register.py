"""The event store, and the workforce register."""

from shared.eventstore.ddl import STORE_1, apply, grants

revision = "0001"
down_revision = None

WORKERS = """
CREATE TABLE workers (
  staff_id text PRIMARY KEY,
  version integer NOT NULL,
  teams jsonb NOT NULL,
  document json NOT NULL
);
CREATE INDEX ix_workers_teams ON workers USING gin (teams);
"""


def upgrade() -> None:
    apply(STORE_1, WORKERS, grants("supervision", kept=("workers",)))

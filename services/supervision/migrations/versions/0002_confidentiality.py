"""Data keys of workers; who is on duty."""

from shared.eventstore.ddl import KEYS_1, apply, granted, key_grants, refuse_unless_empty

revision = "0002"
down_revision = "0001"

DUTIES = """
CREATE TABLE duties (
  team_id text PRIMARY KEY,
  version integer NOT NULL,
  shifts json NOT NULL
);
"""
STEPS = [
    refuse_unless_empty(), KEYS_1, key_grants("supervision"), DUTIES,
    granted("supervision", "duties"),
]  # fmt: skip


def upgrade() -> None:
    apply(*STEPS)

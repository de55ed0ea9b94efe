"""Data keys, and notes whose words are sealed under them."""

from shared.eventstore.ddl import KEYS_1, apply, key_grants, refuse_unless_empty

revision = "0002"
down_revision = "0001"

READ_MODELS = """
ALTER TABLE notes
  DROP COLUMN document,
  ADD COLUMN metadata json NOT NULL,
  ADD COLUMN document bytea;
"""
STEPS = [refuse_unless_empty(), KEYS_1, key_grants("notes"), READ_MODELS]


def upgrade() -> None:
    apply(*STEPS)

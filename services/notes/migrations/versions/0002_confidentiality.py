"""Data keys, and notes whose words are sealed under them."""

from shared.eventstore.ddl import EMPTY_ONLY, KEYS_1, apply, key_grants

revision = "0002"
down_revision = "0001"

READ_MODELS = """
ALTER TABLE notes
  DROP COLUMN document,
  ADD COLUMN metadata json NOT NULL,
  ADD COLUMN document bytea;
"""
STEPS = [EMPTY_ONLY, KEYS_1, key_grants("notes"), READ_MODELS]


def upgrade() -> None:
    apply(*STEPS)

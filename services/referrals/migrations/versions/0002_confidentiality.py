"""Data keys, and people and referrals whose particulars are sealed under them."""

from shared.eventstore.ddl import KEYS_1, apply, key_grants, refuse_unless_empty

revision = "0002"
down_revision = "0001"

READ_MODELS = """
ALTER TABLE service_users
  DROP COLUMN nhs_number,
  DROP COLUMN document,
  ADD COLUMN nhs_number_hash bytea,
  ADD COLUMN metadata json NOT NULL,
  ADD COLUMN document bytea;
CREATE UNIQUE INDEX service_users_nhs_number ON service_users (nhs_number_hash);
ALTER TABLE referrals
  DROP COLUMN document,
  ADD COLUMN metadata json NOT NULL,
  ADD COLUMN document bytea;
"""
STEPS = [refuse_unless_empty(), KEYS_1, key_grants("referrals"), READ_MODELS]


def upgrade() -> None:
    apply(*STEPS)

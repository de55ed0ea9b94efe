"""Data keys and particulars sealed under them; ties of staff to service users."""

from shared.eventstore.ddl import KEYS_1, apply, granted, key_grants, refuse_unless_empty
from shared.platform.ties import TABLES, TIES_1

revision = "0002"
down_revision = "0001"

READ_MODELS = """
DROP TABLE workers;
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

CREATE FUNCTION refuse_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM keys.data_keys
                 WHERE subject = 'service-user:' || NEW.id AND destroyed_at IS NULL) THEN
    RAISE EXCEPTION 'this person''s key was destroyed'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'service_users_not_destroyed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER service_users_not_destroyed BEFORE UPDATE ON service_users
  FOR EACH ROW WHEN (num_nonnulls(NEW.nhs_number_hash, NEW.document) > 0)
  EXECUTE FUNCTION refuse_destroyed();
"""
"""The hash of an NHS number is not sealed: a key still at hand must not bring it back. An update
holds its row when it looks, so a destruction has emptied the row by then, or waits to."""
STEPS = [
    refuse_unless_empty(), KEYS_1, key_grants("referrals"), READ_MODELS, TIES_1,
    granted("referrals", *TABLES),
]  # fmt: skip


def upgrade() -> None:
    apply(*STEPS)

"""The event store, service users, referrals and caseloads."""

from shared.eventstore.ddl import STORE_1, apply, grants

revision = "0001"
down_revision = None

READ_MODELS = """
CREATE TABLE service_users (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  nhs_number text,
  team_id text NOT NULL,
  care_coordinator_id text,
  document json NOT NULL
);
CREATE UNIQUE INDEX service_users_nhs_number ON service_users (nhs_number);

CREATE TABLE referrals (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  service_user_id uuid NOT NULL,
  team_id text NOT NULL,
  status text NOT NULL,
  worker_id text,
  received_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  document json NOT NULL
);
CREATE INDEX ix_referrals_service_user ON referrals (service_user_id, recorded_at, id);
CREATE INDEX ix_referrals_team ON referrals (team_id, recorded_at, id);
CREATE INDEX ix_referrals_worker ON referrals (worker_id, recorded_at, id);

CREATE TABLE caseloads (
  worker_id text PRIMARY KEY,
  open integer NOT NULL CHECK (open >= 0),
  most integer NOT NULL,
  overridden integer NOT NULL,
  CONSTRAINT caseloads_within_limit CHECK (open <= most + overridden)
);

CREATE TABLE workers (
  staff_id text PRIMARY KEY,
  status text NOT NULL,
  teams jsonb NOT NULL
);
"""
KEPT = ("service_users", "referrals", "caseloads", "workers")


def upgrade() -> None:
    apply(STORE_1, READ_MODELS, grants("referrals", kept=KEPT))

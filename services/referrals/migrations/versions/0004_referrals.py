"""Referrals complete: policies, decisions, waiting, caseloads, support, onward referrals."""

from shared.eventstore.ddl import apply, granted
from shared.platform.ties import TABLES_3, TIES_3

revision = "0004"
down_revision = "0003"

PEOPLE = """
ALTER TABLE service_users
  ADD COLUMN nhs_number_status text NOT NULL DEFAULT 'not_traced',
  ADD COLUMN died_on date,
  ADD COLUMN moved_away_on date,
  ADD COLUMN merged_into uuid;
DROP INDEX service_users_nhs_number;
CREATE UNIQUE INDEX service_users_nhs_number ON service_users (nhs_number_hash)
  WHERE merged_into IS NULL;
CREATE INDEX ix_service_users_nhs_number ON service_users (nhs_number_hash);
"""
POLICIES = """
CREATE TABLE referral_policies (
  team_id text PRIMARY KEY,
  version integer NOT NULL,
  document json NOT NULL
);
CREATE TABLE referral_rules (
  team_id text,
  policy_version integer,
  effective_from timestamptz NOT NULL,
  rules jsonb NOT NULL,
  PRIMARY KEY (team_id, policy_version)
);
"""
REFERRALS = """
ALTER TABLE referrals
  ADD COLUMN priority text NOT NULL DEFAULT 'routine',
  ADD COLUMN priority_rank integer NOT NULL DEFAULT 4,
  ADD COLUMN waiting_since timestamptz,
  ADD COLUMN review_due date,
  ADD COLUMN decided_at timestamptz,
  ADD COLUMN ended_at timestamptz;
CREATE INDEX ix_referrals_waiting ON referrals (team_id, priority_rank, waiting_since, id)
  WHERE status = 'waiting';
CREATE INDEX ix_referrals_received ON referrals (received_at, id);
CREATE TABLE referral_decisions (
  referral_id uuid,
  n integer,
  service_user_id uuid NOT NULL,
  team_id text NOT NULL,
  outcome text NOT NULL,
  reason_code text,
  route text NOT NULL,
  decided_at timestamptz NOT NULL,
  PRIMARY KEY (referral_id, n)
);
CREATE INDEX ix_referral_decisions_team ON referral_decisions (team_id, decided_at);
"""
CASELOADS = """
ALTER TABLE referrals
  ADD COLUMN weight integer NOT NULL DEFAULT 1,
  ADD COLUMN allocated_at timestamptz,
  ADD COLUMN handover text;
CREATE UNIQUE INDEX referrals_one_worker ON referrals (service_user_id, team_id)
  WHERE worker_id IS NOT NULL;
CREATE TABLE workers (
  staff_id text PRIMARY KEY,
  version integer NOT NULL,
  status text NOT NULL,
  since timestamptz NOT NULL,
  level text,
  whole_time_equivalent double precision,
  registered boolean NOT NULL,
  teams jsonb NOT NULL
);
CREATE TABLE reallocations (
  referral_id uuid,
  worker_id text,
  because text,
  since timestamptz,
  noticed_at timestamptz NOT NULL,
  PRIMARY KEY (referral_id, worker_id, because, since)
);
"""
SUPPORT = """
CREATE TABLE plans (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  service_user_id uuid NOT NULL,
  recorded_at timestamptz NOT NULL,
  metadata json NOT NULL,
  document bytea
);
CREATE INDEX ix_plans_service_user ON plans (service_user_id, recorded_at, id);
CREATE TABLE goals (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  service_user_id uuid NOT NULL,
  plan_id uuid,
  recorded_at timestamptz NOT NULL,
  metadata json NOT NULL,
  document bytea
);
CREATE INDEX ix_goals_service_user ON goals (service_user_id, recorded_at, id);
CREATE TABLE carers (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  service_user_id uuid NOT NULL,
  recorded_at timestamptz NOT NULL,
  metadata json NOT NULL,
  document bytea
);
CREATE INDEX ix_carers_service_user ON carers (service_user_id, recorded_at, id);
CREATE TABLE sharing_preferences (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  service_user_id uuid NOT NULL,
  recorded_at timestamptz NOT NULL,
  metadata json NOT NULL,
  document bytea
);
CREATE INDEX ix_sharing_preferences_service_user
  ON sharing_preferences (service_user_id, recorded_at, id);
CREATE TABLE visit_alerts (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  service_user_id uuid NOT NULL,
  team_id text NOT NULL,
  review_due date,
  recorded_at timestamptz NOT NULL,
  metadata json NOT NULL,
  document bytea
);
CREATE INDEX ix_visit_alerts_service_user ON visit_alerts (service_user_id, recorded_at, id);
"""
ONWARD = """
CREATE TABLE agencies (
  agency_id text PRIMARY KEY,
  version integer NOT NULL,
  name text NOT NULL,
  kinds jsonb NOT NULL,
  status text NOT NULL,
  document json NOT NULL
);
CREATE TABLE onward_referrals (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  service_user_id uuid NOT NULL,
  team_id text NOT NULL,
  agency_kind text NOT NULL,
  agency_id text,
  status text NOT NULL,
  recorded_at timestamptz NOT NULL,
  metadata json NOT NULL,
  document bytea
);
CREATE INDEX ix_onward_referrals_service_user
  ON onward_referrals (service_user_id, recorded_at, id);
CREATE INDEX ix_onward_referrals_team ON onward_referrals (team_id, recorded_at, id);
CREATE TABLE unmet_needs (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  service_user_id uuid NOT NULL,
  team_id text NOT NULL,
  need text NOT NULL,
  why text NOT NULL,
  met_on date,
  recorded_at timestamptz NOT NULL,
  metadata json NOT NULL,
  document bytea
);
CREATE INDEX ix_unmet_needs_service_user ON unmet_needs (service_user_id, recorded_at, id);
CREATE INDEX ix_unmet_needs_team ON unmet_needs (team_id, recorded_at, id);
CREATE TABLE contacts (
  note_id uuid PRIMARY KEY,
  version integer NOT NULL,
  service_user_id uuid NOT NULL,
  author_id text NOT NULL,
  occurred_at timestamptz NOT NULL,
  duration_minutes integer,
  contact text NOT NULL,
  mechanism text NOT NULL,
  attendance text NOT NULL,
  retracted boolean NOT NULL
);
CREATE INDEX ix_contacts_occurred ON contacts (occurred_at, note_id);
"""
NEW = (
    "referral_policies", "referral_rules", "referral_decisions", "workers", "reallocations",
    "plans", "goals", "carers", "sharing_preferences", "visit_alerts", "agencies",
    "onward_referrals", "unmet_needs", "contacts",
)  # fmt: skip


def upgrade() -> None:
    apply(
        PEOPLE, POLICIES, REFERRALS, CASELOADS, SUPPORT, ONWARD, TIES_3,
        granted("referrals", *NEW, *TABLES_3),
    )  # fmt: skip

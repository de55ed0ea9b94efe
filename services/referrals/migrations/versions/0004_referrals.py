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

CREATE FUNCTION refuse_former_team() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE theirs text;
BEGIN
  SELECT team_id INTO theirs FROM service_users
  WHERE id = coalesce((SELECT root FROM same_person WHERE id = NEW.service_user_id),
                      NEW.service_user_id)
  FOR SHARE;
  IF theirs <> NEW.team_id THEN
    RAISE EXCEPTION 'this person is another team''s by now'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'referrals_of_their_team';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER referrals_of_their_team AFTER INSERT ON referrals
  FOR EACH ROW EXECUTE FUNCTION refuse_former_team();

CREATE FUNCTION refuse_left_behind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM referrals
             WHERE service_user_id = ANY (
                 array_append(ARRAY(SELECT id FROM same_person WHERE root = NEW.id), NEW.id))
               AND team_id <> NEW.team_id AND ended_at IS NULL) THEN
    RAISE EXCEPTION 'an open referral would stay behind'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'service_users_with_referrals';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER service_users_with_referrals AFTER UPDATE ON service_users
  FOR EACH ROW WHEN (NEW.team_id <> OLD.team_id) EXECUTE FUNCTION refuse_left_behind();
DROP INDEX service_users_nhs_number;
CREATE UNIQUE INDEX service_users_nhs_number ON service_users (nhs_number_hash)
  WHERE merged_into IS NULL;
CREATE INDEX ix_service_users_nhs_number ON service_users (nhs_number_hash);
"""
"""Open referrals are the team's whose the person is. One that is received while the person moves
waits for the move, and is refused; or the move waits for it, and is."""
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
  ADD COLUMN priority text,
  ADD COLUMN priority_rank integer,
  ADD COLUMN waiting_since timestamptz,
  ADD COLUMN review_due date,
  ADD COLUMN ended_at timestamptz;
UPDATE referrals SET
  priority = metadata ->> 'urgency',
  priority_rank = array_position(
    ARRAY['emergency', 'very_urgent', 'urgent', 'routine'], metadata ->> 'urgency'),
  waiting_since = received_at,
  ended_at = coalesce(
    metadata #>> '{closure,at}',
    CASE status WHEN 'declined' THEN metadata #>> '{decisions,0,at}' END)::timestamptz;
ALTER TABLE referrals
  ALTER COLUMN priority SET NOT NULL,
  ALTER COLUMN priority_rank SET NOT NULL,
  ALTER COLUMN waiting_since SET NOT NULL;
CREATE INDEX ix_referrals_waiting ON referrals (team_id, priority_rank, waiting_since, id)
  WHERE status = 'waiting';
CREATE INDEX ix_referrals_received ON referrals (received_at, id);
CREATE INDEX ix_referrals_recorded ON referrals (recorded_at, id);
CREATE TABLE referral_decisions (
  referral_id uuid,
  n integer,
  service_user_id uuid NOT NULL,
  team_id text NOT NULL,
  outcome text NOT NULL,
  reason_code text,
  decided_at timestamptz NOT NULL,
  PRIMARY KEY (referral_id, n)
);
CREATE INDEX ix_referral_decisions_team ON referral_decisions (team_id, decided_at);
INSERT INTO referral_decisions
SELECT id, n, service_user_id, team_id, decision ->> 'outcome', decision ->> 'reason_code',
  (decision ->> 'at')::timestamptz
FROM referrals, json_array_elements(metadata -> 'decisions') WITH ORDINALITY AS of (decision, n);
"""
CASELOADS = """
ALTER TABLE referrals
  ADD COLUMN weight integer NOT NULL DEFAULT 1,
  ADD COLUMN allocated_at timestamptz,
  ADD COLUMN handover text,
  ADD COLUMN handover_at timestamptz,
  ADD COLUMN moved_at timestamptz;
UPDATE referrals SET
  allocated_at = (metadata #>> '{allocation,at}')::timestamptz,
  handover = CASE WHEN metadata #> '{transfers,0}' IS NOT NULL THEN 'awaiting' END,
  handover_at = (metadata #>> '{allocation,at}')::timestamptz
WHERE worker_id IS NOT NULL;
CREATE UNIQUE INDEX referrals_one_worker ON referrals (service_user_id, team_id)
  WHERE worker_id IS NOT NULL;
CREATE INDEX ix_referrals_allocated ON referrals (team_id) WHERE worker_id IS NOT NULL;
ALTER TABLE caseloads
  ADD COLUMN stated integer,
  ADD CONSTRAINT caseloads_as_stated CHECK (stated = open);
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
INSERT INTO workers
SELECT staff_id, version, CASE WHEN at_work THEN 'active' ELSE 'left' END, now(), NULL, NULL,
  EXISTS (SELECT FROM jsonb_array_elements(registrations) AS entry
          WHERE coalesce(entry ->> 'status', 'effective') = 'effective'),
  (SELECT coalesce(jsonb_agg(place -> 'team_id'), '[]')
   FROM jsonb_array_elements(memberships) AS place WHERE NOT place ? 'ended_at')
FROM staff;
CREATE TABLE reallocations (
  referral_id uuid,
  worker_id text,
  because text,
  since timestamptz,
  due_at timestamptz NOT NULL,
  PRIMARY KEY (referral_id, worker_id, because, since)
);
"""
"""Of staff learnt before, what the ties kept; level, absence and hours come with their next update.
"""
_KEPT = """
CREATE TABLE {name} (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  service_user_id uuid NOT NULL,
  team_id text NOT NULL,
  recorded_at timestamptz NOT NULL,
  {found_by}
  metadata json NOT NULL,
  document bytea
);
CREATE INDEX ix_{name}_service_user ON {name} (service_user_id, recorded_at, id);
"""
_PLANS = """
CREATE TYPE textrange AS RANGE (subtype = text);
ALTER TABLE plans ADD CONSTRAINT plans_reference EXCLUDE USING gist (
  textrange(service_user_id::text || ' ' || lower(reference),
            service_user_id::text || ' ' || lower(reference), '[]') WITH &&,
  (CASE WHEN valid_to < valid_from THEN 'empty' ELSE daterange(valid_from, valid_to, '[]') END)
    WITH &&
) WHERE (reference IS NOT NULL);
"""
"""No two plans of a person are valid on the same day under the same reference. A range of one text
stands for its equality, which GiST knows only with an extension."""
SUPPORT = "".join(
    (
        _KEPT.format(
            name="plans", found_by="reference text, valid_from date NOT NULL, valid_to date,"
        ),
        _PLANS,
        _KEPT.format(name="goals", found_by="plan_id uuid,"),
        "CREATE INDEX ix_goals_plan ON goals (plan_id, recorded_at, id);",
        _KEPT.format(name="carers", found_by=""),
        _KEPT.format(
            name="sharing_preferences", found_by="recipient text NOT NULL, carer_id uuid,"
        ),
        _KEPT.format(name="visit_alerts", found_by="review_due date, ended boolean NOT NULL,"),
    )
)
ONWARD = """
CREATE TABLE agencies (
  agency_id text PRIMARY KEY,
  version integer NOT NULL,
  kinds jsonb NOT NULL,
  status text NOT NULL,
  document json NOT NULL
);
CREATE TABLE onward_referrals (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  service_user_id uuid NOT NULL,
  team_id text NOT NULL,
  agency_id text,
  status text NOT NULL,
  recorded_at timestamptz NOT NULL,
  metadata json NOT NULL,
  document bytea
);
CREATE INDEX ix_onward_referrals_service_user
  ON onward_referrals (service_user_id, recorded_at, id);
CREATE INDEX ix_onward_referrals_team ON onward_referrals (team_id, recorded_at, id);
CREATE INDEX ix_onward_referrals_recorded ON onward_referrals (recorded_at, id);
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
CREATE INDEX ix_unmet_needs_recorded ON unmet_needs (recorded_at, id);
CREATE TABLE contacts (
  note_id uuid PRIMARY KEY,
  version integer NOT NULL,
  service_user_id uuid NOT NULL,
  occurred_at timestamptz NOT NULL,
  duration_minutes integer,
  contact text NOT NULL,
  mechanism text NOT NULL,
  attendance text NOT NULL
);
CREATE INDEX ix_contacts_occurred ON contacts (occurred_at, note_id);
CREATE TABLE retracted_notes (
  note_id uuid PRIMARY KEY
);
"""
NEW = (
    "referral_policies", "referral_rules", "referral_decisions", "workers", "reallocations",
    "plans", "goals", "carers", "sharing_preferences", "visit_alerts", "agencies",
    "onward_referrals", "unmet_needs", "contacts", "retracted_notes",
)  # fmt: skip


def upgrade() -> None:
    apply(
        PEOPLE, POLICIES, REFERRALS, CASELOADS, SUPPORT, ONWARD, TIES_3,
        granted("referrals", *NEW, *TABLES_3),
    )  # fmt: skip

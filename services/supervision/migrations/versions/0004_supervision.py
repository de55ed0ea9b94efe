"""Supervision: agreements, sessions and what comes of them; ties of staff to service users."""

from shared.eventstore.ddl import apply, granted
from shared.platform.ties import TABLES, TABLES_2, TABLES_3, TIES_1, TIES_2, TIES_3

revision = "0004"
down_revision = "0003"

TIES = """
INSERT INTO staff (staff_id, at_work, memberships, registrations, version)
SELECT staff_id, metadata ->> 'status' <> 'left',
  CASE WHEN metadata ->> 'status' = 'left' THEN '[]' ELSE (
    SELECT coalesce(jsonb_agg(jsonb_build_object('team_id', team)), '[]')
    FROM jsonb_array_elements_text(teams) AS team) END,
  CASE WHEN metadata ->> 'status' = 'left' THEN '[]'
    ELSE (metadata -> 'registrations')::jsonb END,
  version
FROM workers;
INSERT INTO shifts (team_id, staff_id, starts_at, ends_at, version)
SELECT team_id, shift.staff_id, shift.starts_at, shift.ends_at, version
FROM duties, json_to_recordset(shifts)
  AS shift (staff_id text, starts_at timestamptz, ends_at timestamptz);
"""
"""What the service itself has decided; the rest it learns from now on, from the streams' start."""
WORKFORCE = """
CREATE TABLE absences (
  staff_id text,
  from_on date,
  until_on date,
  PRIMARY KEY (staff_id, from_on)
);
WITH said AS (
  SELECT body #>> '{resource,id}' AS staff_id, version, body #>> '{data,details,status}' AS status,
    (cast(body ->> 'time' AS timestamptz) AT TIME ZONE 'Europe/London')::date AS day
  FROM (SELECT version, convert_from(body, 'UTF8')::json AS body FROM events
        WHERE type IN ('countersign.supervision.worker-registered.v1',
                       'countersign.supervision.worker-updated.v1')) AS entries
), since AS (
  SELECT DISTINCT ON (staff_id) staff_id, status, day FROM said
  WHERE NOT EXISTS (SELECT FROM said AS later WHERE later.staff_id = said.staff_id
                    AND later.version > said.version AND later.status <> said.status)
  ORDER BY staff_id, version
)
UPDATE workers SET metadata = (
  jsonb_build_object(
    'employments', '[]'::jsonb,
    'lead_for', '[]'::jsonb,
    'absent_from', (SELECT day FROM since
                    WHERE since.staff_id = workers.staff_id AND status = 'absent'),
    'absent_until', NULL,
    'left_on', (SELECT day FROM since WHERE since.staff_id = workers.staff_id AND status = 'left')
  ) || metadata::jsonb || jsonb_build_object(
    'training', (
      SELECT coalesce(jsonb_agg(
        '{"award": "course", "awarded_by": null, "withdrawn": null}'::jsonb || recorded
        ORDER BY number
      ), '[]')
      FROM jsonb_array_elements(metadata::jsonb -> 'training')
        WITH ORDINALITY AS each (recorded, number)
    )
  )
)::json;
INSERT INTO absences (staff_id, from_on)
SELECT staff_id, (metadata ->> 'absent_from')::date FROM workers
WHERE metadata ->> 'absent_from' IS NOT NULL;
"""
"""Who was away or had left before this was kept has been so since the day that said it first. When
somebody was away and came back before that, is in the events alone: nothing asks."""
POLICIES = """
CREATE TABLE supervision_policies (
  team_id text PRIMARY KEY,
  version integer NOT NULL,
  document json NOT NULL
);
CREATE TABLE supervision_rules (
  team_id text,
  policy_version integer,
  effective_from timestamptz NOT NULL,
  rules jsonb NOT NULL,
  PRIMARY KEY (team_id, policy_version)
);
"""
AGREEMENTS = """
CREATE TABLE agreements (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  worker_id text NOT NULL,
  supervisor_id text NOT NULL,
  team_id text NOT NULL,
  kind text NOT NULL,
  interval_weeks integer,
  starts_on date NOT NULL,
  ended_on date,
  agreed_at timestamptz NOT NULL,
  metadata json NOT NULL,
  document bytea
);
CREATE UNIQUE INDEX agreements_one_in_force ON agreements (worker_id, supervisor_id, kind)
  WHERE ended_on IS NULL;
CREATE INDEX ix_agreements_worker ON agreements (worker_id, agreed_at, id);
CREATE INDEX ix_agreements_supervisor ON agreements (supervisor_id, agreed_at, id);
CREATE INDEX ix_agreements_team ON agreements (team_id, agreed_at, id);
CREATE INDEX ix_agreements_agreed ON agreements (agreed_at, id);
CREATE TABLE overdue_supervisions (
  agreement_id uuid,
  due_on date,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (agreement_id, due_on)
);
"""
SESSIONS = """
CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  agreement_id uuid NOT NULL,
  group_session_id uuid,
  worker_id text NOT NULL,
  supervisor_id text NOT NULL,
  team_id text NOT NULL,
  kind text NOT NULL,
  status text NOT NULL,
  scheduled_for timestamptz NOT NULL,
  held_at timestamptz,
  recorded_at timestamptz,
  metadata json NOT NULL,
  document bytea
);
CREATE INDEX ix_sessions_worker ON sessions (worker_id, scheduled_for, id);
CREATE INDEX ix_sessions_supervisor ON sessions (supervisor_id, scheduled_for, id);
CREATE INDEX ix_sessions_team ON sessions (team_id, scheduled_for, id);
CREATE INDEX ix_sessions_scheduled ON sessions (scheduled_for, id);
CREATE INDEX ix_sessions_agreement ON sessions (agreement_id, scheduled_for, id);
CREATE INDEX ix_sessions_group ON sessions (group_session_id)
  WHERE group_session_id IS NOT NULL;
CREATE INDEX ix_sessions_recorded ON sessions (team_id, recorded_at)
  WHERE recorded_at IS NOT NULL;
CREATE TABLE supervision_actions (
  id uuid PRIMARY KEY,
  session_id uuid NOT NULL,
  worker_id text NOT NULL,
  supervisor_id text NOT NULL,
  owner_id text NOT NULL,
  status text NOT NULL,
  due_on date,
  recorded_at timestamptz NOT NULL,
  version integer NOT NULL,
  metadata json NOT NULL,
  document bytea
);
CREATE INDEX ix_supervision_actions_owner ON supervision_actions (owner_id, recorded_at, id);
CREATE INDEX ix_supervision_actions_worker ON supervision_actions (worker_id, recorded_at, id);
CREATE INDEX ix_supervision_actions_supervisor
  ON supervision_actions (supervisor_id, recorded_at, id);
CREATE INDEX ix_supervision_actions_session ON supervision_actions (session_id);
CREATE TABLE group_supervisions (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  supervisor_id text NOT NULL,
  team_id text NOT NULL,
  held_at timestamptz NOT NULL,
  document json NOT NULL
);
CREATE INDEX ix_group_supervisions_supervisor
  ON group_supervisions (supervisor_id, held_at, id);
CREATE INDEX ix_group_supervisions_team ON group_supervisions (team_id, held_at, id);
CREATE INDEX ix_group_supervisions_held ON group_supervisions (held_at, id);
"""
COMPLIANCE = """
CREATE INDEX ix_sessions_held ON sessions (worker_id, supervisor_id, kind, held_at)
  WHERE held_at IS NOT NULL;
"""
DISCLOSURES = """
CREATE TABLE disclosures (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  session_id uuid NOT NULL,
  worker_id text NOT NULL,
  supervisor_id text NOT NULL,
  team_id text NOT NULL,
  to_id text NOT NULL,
  disclosed_by text NOT NULL,
  told boolean NOT NULL,
  until timestamptz,
  ended boolean NOT NULL,
  for_review boolean NOT NULL,
  reviewed boolean NOT NULL,
  disclosed_at timestamptz NOT NULL,
  metadata json NOT NULL,
  document bytea
);
CREATE INDEX ix_disclosures_session ON disclosures (session_id, to_id);
CREATE INDEX ix_disclosures_worker ON disclosures (worker_id, disclosed_at, id);
CREATE INDEX ix_disclosures_supervisor ON disclosures (supervisor_id, disclosed_at, id);
CREATE INDEX ix_disclosures_to ON disclosures (to_id, disclosed_at, id);
CREATE INDEX ix_disclosures_by ON disclosures (disclosed_by, disclosed_at, id);
CREATE INDEX ix_disclosures_disclosed ON disclosures (disclosed_at, id);
"""
CASE_DECISIONS = """
CREATE TABLE case_decisions (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  service_user_id uuid NOT NULL,
  team_id text,
  session_id uuid NOT NULL,
  recorded_by text NOT NULL,
  status text NOT NULL,
  recorded_at timestamptz NOT NULL,
  metadata json NOT NULL,
  document bytea
);
CREATE INDEX ix_case_decisions_service_user
  ON case_decisions (service_user_id, recorded_at, id);
CREATE INDEX ix_case_decisions_recorded_by
  ON case_decisions (recorded_by, recorded_at, id);
"""
DEVELOPMENT = """
CREATE TABLE development_plans (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  worker_id text NOT NULL,
  team_id text NOT NULL,
  status text NOT NULL,
  review_on date,
  agreed_at timestamptz NOT NULL,
  metadata json NOT NULL,
  document bytea
);
CREATE UNIQUE INDEX development_plans_one ON development_plans (worker_id)
  WHERE status = 'current';
CREATE INDEX ix_development_plans_agreed ON development_plans (agreed_at, id);
CREATE INDEX ix_development_plans_worker ON development_plans (worker_id, agreed_at, id);
CREATE INDEX ix_development_plans_team ON development_plans (team_id, agreed_at, id);
"""
ISSUES = """
CREATE TABLE issues (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  team_id text NOT NULL,
  route text NOT NULL,
  topic text NOT NULL,
  status text NOT NULL,
  answer_by timestamptz,
  raised_by text,
  raised_on date NOT NULL,
  metadata json NOT NULL,
  document bytea
);
CREATE INDEX ix_issues_raised_on ON issues (raised_on, id);
CREATE INDEX ix_issues_team ON issues (team_id, raised_on, id);
CREATE INDEX ix_issues_raised_by ON issues (raised_by, raised_on, id);
CREATE INDEX ix_issues_due ON issues (answer_by) WHERE answer_by IS NOT NULL;
CREATE TABLE overdue_issues (
  issue_id uuid,
  answer_by timestamptz,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (issue_id, answer_by)
);
"""
THEMES = """
CREATE TABLE theme_releases (
  team_id text,
  quarter text,
  until timestamptz NOT NULL,
  document json NOT NULL,
  PRIMARY KEY (team_id, quarter)
);
"""
NEW = (
    "absences", "supervision_policies", "supervision_rules", "agreements", "overdue_supervisions",
    "sessions", "supervision_actions", "group_supervisions", "disclosures", "case_decisions",
    "development_plans", "issues", "overdue_issues", "theme_releases",
)  # fmt: skip


def upgrade() -> None:
    apply(
        TIES_1, TIES_2, TIES_3, TIES, WORKFORCE, POLICIES, AGREEMENTS, SESSIONS, COMPLIANCE,
        DISCLOSURES,
        CASE_DECISIONS, DEVELOPMENT, ISSUES, THEMES,
        granted("supervision", *TABLES, *TABLES_2, *TABLES_3, *NEW),
    )  # fmt: skip

"""Plans, which authorise tasks; deaths; registrations that are one person."""

from shared.eventstore.ddl import apply, granted
from shared.platform.ties import TABLES_3, TIES_3

revision = "0004"
down_revision = "0003"

PLANS = """
CREATE TABLE plans (
  id uuid PRIMARY KEY,
  service_user_id uuid NOT NULL,
  reference text,
  tasks jsonb NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  version integer NOT NULL
);
CREATE INDEX ix_plans_service_user ON plans (service_user_id);
"""


def upgrade() -> None:
    apply(PLANS, TIES_3, granted("notes", "plans", *TABLES_3))

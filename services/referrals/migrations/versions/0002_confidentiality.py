"""Transfers, closures, restricted records, and ties of staff to service users."""

from shared.eventstore.ddl import apply, granted
from shared.platform.ties import TABLES, TIES_1

revision = "0002"
down_revision = "0001"

CASELOADS = """
UPDATE caseloads SET overridden = greatest(open - most, 0);
"""
REFERRALS = """
UPDATE referrals SET document = (
  document::jsonb || '{"transfers": [], "closure": null, "allocations": []}'
  || CASE WHEN worker_id IS NULL THEN '{}' ELSE jsonb_build_object(
       'allocation', document::jsonb->'allocation' || '{"until": null}',
       'allocations', jsonb_build_array(document::jsonb->'allocation' || '{"until": null}'))
     END)::json;
"""
RESTRICTIONS = """
UPDATE service_users SET document = (document::jsonb || '{"restricted": false}')::json;
DROP TABLE workers;
"""


def upgrade() -> None:
    apply(CASELOADS, REFERRALS, RESTRICTIONS, TIES_1, granted("referrals", *TABLES))

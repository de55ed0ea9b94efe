"""Transfers, closures and restricted records."""

from shared.eventstore.ddl import apply

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
ALTER TABLE service_users
  ADD restricted boolean NOT NULL DEFAULT false,
  ADD named_staff jsonb NOT NULL DEFAULT '[]',
  ADD excluded_staff jsonb NOT NULL DEFAULT '[]';
UPDATE service_users SET document = (document::jsonb || '{"restricted": false}')::json;
"""


def upgrade() -> None:
    apply(CASELOADS, REFERRALS, RESTRICTIONS)

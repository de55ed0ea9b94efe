"""Read model of teams' referral policies."""

from services.referrals.policy import DEFAULT
from services.referrals.projection.tables import METADATA
from shared.platform.team_policy.kept import KeptPolicies

POLICIES = KeptPolicies(METADATA, "referral", DEFAULT)

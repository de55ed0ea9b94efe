"""Read model of teams' supervision policies."""

from services.supervision.policy import DEFAULT
from services.supervision.projection.tables import METADATA
from shared.platform.team_policy.kept import KeptPolicies

POLICIES = KeptPolicies(METADATA, "supervision", DEFAULT)

"""Read model of teams' record-keeping policies."""

from services.notes.policy import DEFAULT
from services.notes.projection.tables import METADATA
from shared.platform.team_policy.kept import KeptPolicies

POLICIES = KeptPolicies(METADATA, "record_keeping", DEFAULT)

"""A team's record-keeping rules: what is shipped, and the trust's floor (domain, section 3)."""

from shared.contracts.notes import SHIPPED_RULES, RecordKeepingRules
from shared.kernel import team_policy

InForce = team_policy.InForce[RecordKeepingRules]
DEFAULT = InForce(policy_version=1, rules=SHIPPED_RULES)
"""What holds where a team has published nothing. A team's own versions are numbered from 2."""

TRUST_FLOOR = RecordKeepingRules(
    late_after_hours=72,
    countersign_when=("no_competence_sign_off",),
    countersign_bases=("witnessed", "validated", "reviewed"),
    countersign_bodies=("NMC", "HCPC", "GMC", "SWE"),
    countersign_working_days=10,
    countersign_after_concern_hours=72,
    acknowledge_hours=24,
    acknowledge_urgent_hours=4,
    escalate_to=("duty",),
    escalate_named=(),
    escalate_every_minutes=240,
    delegated_tasks=(),
)
"""The loosest that a team may set, unless the trust's settings say otherwise."""

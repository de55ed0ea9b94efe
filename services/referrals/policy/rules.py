"""A team's referral rules: what is shipped, and the trust's floor (domain, section 4)."""

from shared.contracts.referrals import ReferralRules
from shared.kernel import team_policy

InForce = team_policy.InForce[ReferralRules]
DEFAULT = InForce(
    policy_version=1,
    rules=ReferralRules(
        routes=("manager",),
        assessment_required=False,
        meeting_quorum=3,
        self_acceptance_levels=("senior",),
        self_acceptance_priorities=("routine",),
        caseload_limit=12,
        caseload_limit_by_level=(),
        pro_rata=True,
        weights=(),
        decide_within_days=7,
        allocate_within_days=28,
        review_every_days=28,
        reallocate_within_days=7,
    ),
)
"""What holds where a team has published nothing. HB 5.4 works with about 12 to a worker. A team's
own versions are numbered from 2."""

TRUST_FLOOR = ReferralRules(
    routes=("manager", "meeting", "worker"),
    assessment_required=False,
    meeting_quorum=2,
    self_acceptance_levels=("senior", "intermediate"),
    self_acceptance_priorities=("routine", "urgent"),
    caseload_limit=20,
    caseload_limit_by_level=(),
    pro_rata=False,
    weights=(),
    decide_within_days=28,
    allocate_within_days=126,
    review_every_days=90,
    reallocate_within_days=28,
)
"""The loosest that a team may set, unless the trust's settings say otherwise: HB 5.10 warns of
caseloads of 30."""

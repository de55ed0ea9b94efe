"""A team's referral policy (domain, section 4; HB 5.10 and 5.11)."""

from services.referrals import policy
from shared.contracts.referrals import (
    ReferralPolicyDeclined,
    ReferralPolicyProposed,
    ReferralPolicyPublished,
    ReferralRules,
)
from shared.kernel.team_policy import TeamPolicy


class ReferralPolicy(TeamPolicy[ReferralRules]):
    kind = "referral-policy"
    shipped = policy.DEFAULT
    loosened = staticmethod(policy.loosened)

    class Proposed(ReferralPolicyProposed, TeamPolicy.Proposed):
        pass

    class Published(ReferralPolicyPublished, TeamPolicy.Published):
        pass

    class Declined(ReferralPolicyDeclined, TeamPolicy.Declined):
        pass

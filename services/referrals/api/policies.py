"""Routes of referral policies."""

from services.referrals import access
from services.referrals.api.application import application
from services.referrals.schemas import PolicyRequest
from shared.contracts.referrals import ReferralRules
from shared.platform.team_policy.routes import Guards, policy_routes

policies = policy_routes(
    "referrals",
    "referral policy",
    Guards(
        read=access.READ_POLICY,
        put=access.PUT_POLICY,
        decide=access.DECIDE_ON_POLICY,
    ),
    PolicyRequest,
    ReferralRules,
    lambda request: application(request).policies,
)

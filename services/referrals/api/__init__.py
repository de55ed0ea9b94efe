"""Routes of the referrals service."""

from services.referrals.api.allocating import allocating
from services.referrals.api.caseloads import caseloads, reallocations
from services.referrals.api.deciding import deciding
from services.referrals.api.policies import policies
from services.referrals.api.referrals import referrals
from services.referrals.api.service_users import service_users
from services.referrals.api.waiting import waiting

ROUTERS = (
    service_users, referrals, deciding, waiting, allocating, caseloads, reallocations, policies,
)  # fmt: skip

__all__ = ["ROUTERS"]

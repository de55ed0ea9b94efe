"""Routes of the referrals service."""

from services.referrals.api.allocating import allocating
from services.referrals.api.caseloads import caseloads
from services.referrals.api.deciding import deciding
from services.referrals.api.merging import merging
from services.referrals.api.referrals import referrals
from services.referrals.api.service_users import service_users

ROUTERS = (service_users, merging, referrals, deciding, allocating, caseloads)

__all__ = ["ROUTERS"]

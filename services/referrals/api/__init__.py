"""Routes of the referrals service."""

from services.referrals.api.agencies import agencies
from services.referrals.api.allocating import allocating
from services.referrals.api.caseloads import caseloads, reallocations
from services.referrals.api.deciding import deciding
from services.referrals.api.merging import merging
from services.referrals.api.onward_referrals import onward_referrals
from services.referrals.api.policies import policies
from services.referrals.api.referrals import referrals
from services.referrals.api.reports import extracts, reports
from services.referrals.api.service_users import service_users
from services.referrals.api.support import SUPPORT
from services.referrals.api.unmet_needs import unmet_needs
from services.referrals.api.waiting import waiting
from shared.platform.feeds import feed_of

ROUTERS = (
    service_users, merging, referrals, deciding, waiting, allocating, caseloads, reallocations,
    *SUPPORT, agencies, onward_referrals, unmet_needs, reports, extracts, policies,
    feed_of("referrals"),
)  # fmt: skip

__all__ = ["ROUTERS"]

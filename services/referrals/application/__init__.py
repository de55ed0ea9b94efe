"""Use cases of the referrals service."""

from dataclasses import dataclass

from services.referrals.application.caseload_reading import CaseloadReading
from services.referrals.application.caseloads import Caseloads
from services.referrals.application.deciding import Deciding
from services.referrals.application.elsewhere import Elsewhere
from services.referrals.application.merging import Merging
from services.referrals.application.reallocations import Reallocations
from services.referrals.application.referrals import Referrals
from services.referrals.application.service_users import ServiceUsers
from services.referrals.application.support import Support
from services.referrals.application.waiting import Waiting
from shared.contracts.referrals import ReferralRules
from shared.platform.feeds import Feed
from shared.platform.team_policy.policies import Policies

__all__ = [
    "Application",
    "CaseloadReading",
    "Caseloads",
    "Deciding",
    "Elsewhere",
    "Merging",
    "Reallocations",
    "Referrals",
    "ServiceUsers",
    "Support",
    "Waiting",
]


@dataclass(frozen=True, slots=True)
class Application:
    service_users: ServiceUsers
    merging: Merging
    referrals: Referrals
    deciding: Deciding
    caseloads: Caseloads
    feed: Feed
    policies: Policies[ReferralRules]
    waiting: Waiting
    caseload_reading: CaseloadReading
    reallocations: Reallocations
    elsewhere: Elsewhere
    support: Support

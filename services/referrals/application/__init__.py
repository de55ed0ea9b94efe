"""Use cases of the referrals service."""

from dataclasses import dataclass

from services.referrals.application.caseload_reading import CaseloadReading
from services.referrals.application.caseloads import Caseloads
from services.referrals.application.deciding import Deciding
from services.referrals.application.reallocations import Reallocations
from services.referrals.application.referrals import Referrals
from services.referrals.application.service_users import ServiceUsers
from services.referrals.application.waiting import Waiting
from shared.contracts.referrals import ReferralRules
from shared.platform.team_policy.policies import Policies

__all__ = [
    "Application",
    "CaseloadReading",
    "Caseloads",
    "Deciding",
    "Reallocations",
    "Referrals",
    "ServiceUsers",
    "Waiting",
]


@dataclass(frozen=True, slots=True)
class Application:
    service_users: ServiceUsers
    referrals: Referrals
    deciding: Deciding
    caseloads: Caseloads
    caseload_reading: CaseloadReading
    reallocations: Reallocations
    waiting: Waiting
    policies: Policies[ReferralRules]

"""Use cases of the referrals service."""

from dataclasses import dataclass

from services.referrals.application.caseloads import Caseloads
from services.referrals.application.deciding import Deciding
from services.referrals.application.referrals import Referrals
from services.referrals.application.service_users import ServiceUsers
from services.referrals.application.support import Support

__all__ = ["Application", "Caseloads", "Deciding", "Referrals", "ServiceUsers", "Support"]


@dataclass(frozen=True, slots=True)
class Application:
    service_users: ServiceUsers
    referrals: Referrals
    deciding: Deciding
    caseloads: Caseloads
    support: Support

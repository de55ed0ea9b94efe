"""Use cases of the referrals service."""

from dataclasses import dataclass

from services.referrals.application.caseloads import Caseloads
from services.referrals.application.deciding import Deciding
from services.referrals.application.elsewhere import Elsewhere
from services.referrals.application.referrals import Referrals
from services.referrals.application.service_users import ServiceUsers

__all__ = ["Application", "Caseloads", "Deciding", "Elsewhere", "Referrals", "ServiceUsers"]


@dataclass(frozen=True, slots=True)
class Application:
    service_users: ServiceUsers
    referrals: Referrals
    deciding: Deciding
    caseloads: Caseloads
    elsewhere: Elsewhere

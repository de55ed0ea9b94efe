"""Use cases of the referrals service."""

from dataclasses import dataclass

from services.referrals.application.caseloads import Caseloads
from services.referrals.application.deciding import Deciding
from services.referrals.application.merging import Merging
from services.referrals.application.referrals import Referrals
from services.referrals.application.service_users import ServiceUsers

__all__ = ["Application", "Caseloads", "Deciding", "Merging", "Referrals", "ServiceUsers"]


@dataclass(frozen=True, slots=True)
class Application:
    service_users: ServiceUsers
    merging: Merging
    referrals: Referrals
    deciding: Deciding
    caseloads: Caseloads

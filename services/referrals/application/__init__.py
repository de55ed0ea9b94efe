"""Use cases of the referrals service."""

from dataclasses import dataclass

from services.referrals.application.caseload_reading import CaseloadReading
from services.referrals.application.caseloads import Caseloads
from services.referrals.application.deciding import Deciding
from services.referrals.application.reallocations import Reallocations
from services.referrals.application.referrals import Referrals
from services.referrals.application.service_users import ServiceUsers

__all__ = [
    "Application",
    "CaseloadReading",
    "Caseloads",
    "Deciding",
    "Reallocations",
    "Referrals",
    "ServiceUsers",
]


@dataclass(frozen=True, slots=True)
class Application:
    service_users: ServiceUsers
    referrals: Referrals
    deciding: Deciding
    caseloads: Caseloads
    caseload_reading: CaseloadReading
    reallocations: Reallocations

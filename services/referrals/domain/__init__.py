"""Service users and their referrals to STR workers (HB 5.10 and 5.11)."""

from services.referrals.domain.agency import Agency
from services.referrals.domain.onward_referral import OnwardReferral
from services.referrals.domain.referral import Referral, Status
from services.referrals.domain.refusals import (
    AgencyClosed,
    AlreadyAcknowledged,
    AlreadyAllocated,
    AlreadyClosed,
    AlreadyDecided,
    AlreadyMet,
    AlreadyRegistered,
    CaseloadFull,
    NotAccepted,
    NotAllocated,
    NothingChanged,
    NotYourCaseload,
    NotYoursToClose,
    SameWorker,
    SelfNamed,
    WorkerNotRegistered,
)
from services.referrals.domain.service_user import ServiceUser
from services.referrals.domain.unmet_need import UnmetNeed

__all__ = [
    "Agency",
    "AgencyClosed",
    "AlreadyAcknowledged",
    "AlreadyAllocated",
    "AlreadyClosed",
    "AlreadyDecided",
    "AlreadyMet",
    "AlreadyRegistered",
    "CaseloadFull",
    "NotAccepted",
    "NotAllocated",
    "NotYourCaseload",
    "NotYoursToClose",
    "NothingChanged",
    "OnwardReferral",
    "Referral",
    "SameWorker",
    "SelfNamed",
    "ServiceUser",
    "Status",
    "UnmetNeed",
    "WorkerNotRegistered",
]

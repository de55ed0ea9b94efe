"""Service users and their referrals to STR workers (HB 5.10 and 5.11)."""

from services.referrals.domain.policy import ReferralPolicy
from services.referrals.domain.referral import Referral, Status
from services.referrals.domain.refusals import (
    AlreadyAllocated,
    AlreadyClosed,
    AlreadyDecided,
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

__all__ = [
    "AlreadyAllocated",
    "AlreadyClosed",
    "AlreadyDecided",
    "AlreadyRegistered",
    "CaseloadFull",
    "NotAccepted",
    "NotAllocated",
    "NotYourCaseload",
    "NotYoursToClose",
    "NothingChanged",
    "Referral",
    "ReferralPolicy",
    "SameWorker",
    "SelfNamed",
    "ServiceUser",
    "Status",
    "WorkerNotRegistered",
]

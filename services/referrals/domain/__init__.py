"""Service users and their referrals to STR workers (HB 5.10 and 5.11)."""

from services.referrals.domain.referral import Referral, Status
from services.referrals.domain.refusals import (
    AlreadyAllocated,
    AlreadyClosed,
    AlreadyDecided,
    AlreadyMerged,
    AlreadyRegistered,
    CaseloadFull,
    GainsAccess,
    Merged,
    NhsNumbersDiffer,
    NotAccepted,
    NotAllocated,
    NothingChanged,
    NotMerged,
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
    "AlreadyMerged",
    "AlreadyRegistered",
    "CaseloadFull",
    "GainsAccess",
    "Merged",
    "NhsNumbersDiffer",
    "NotAccepted",
    "NotAllocated",
    "NotMerged",
    "NotYourCaseload",
    "NotYoursToClose",
    "NothingChanged",
    "Referral",
    "SameWorker",
    "SelfNamed",
    "ServiceUser",
    "Status",
    "WorkerNotRegistered",
]

"""Service users and their referrals to STR workers (HB 5.10 and 5.11)."""

from services.referrals.domain.particulars import Particulars
from services.referrals.domain.referral import ENDED, Referral, Status
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
    NotYoursToChange,
    NotYoursToClose,
    PersonMoved,
    SameWorker,
    SelfNamed,
    WorkerNotRegistered,
)
from services.referrals.domain.service_user import ServiceUser

__all__ = [
    "ENDED",
    "AlreadyAllocated",
    "AlreadyClosed",
    "AlreadyDecided",
    "AlreadyRegistered",
    "CaseloadFull",
    "NotAccepted",
    "NotAllocated",
    "NotYourCaseload",
    "NotYoursToChange",
    "NotYoursToClose",
    "NothingChanged",
    "Particulars",
    "PersonMoved",
    "Referral",
    "SameWorker",
    "SelfNamed",
    "ServiceUser",
    "Status",
    "WorkerNotRegistered",
]

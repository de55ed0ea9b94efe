"""The workforce register, duty, and supervision (domain, section 5)."""

from services.supervision.domain.agreement import Agreement
from services.supervision.domain.duty import Duty, Shifts
from services.supervision.domain.policy import SupervisionPolicy
from services.supervision.domain.refusals import (
    AgreementEnded,
    AlreadyAccepted,
    AlreadyAgreed,
    AlreadyHeld,
    AlreadySigned,
    CompetenceNotInForce,
    Confidential,
    DigestMismatch,
    NotHeldYet,
    NotRegistered,
    NotYours,
    NotYourTeam,
    OwnEntry,
    WorkerNotRegistered,
)
from services.supervision.domain.session import Session, Status
from services.supervision.domain.worker import Worker

__all__ = [
    "Agreement",
    "AgreementEnded",
    "AlreadyAccepted",
    "AlreadyAgreed",
    "AlreadyHeld",
    "AlreadySigned",
    "CompetenceNotInForce",
    "Confidential",
    "DigestMismatch",
    "Duty",
    "NotHeldYet",
    "NotRegistered",
    "NotYourTeam",
    "NotYours",
    "OwnEntry",
    "Session",
    "Shifts",
    "Status",
    "SupervisionPolicy",
    "Worker",
    "WorkerNotRegistered",
]

"""The workforce register, duty, and supervision (domain, section 5)."""

from services.supervision.domain.agreement import Agreement
from services.supervision.domain.development import DevelopmentPlan
from services.supervision.domain.duty import Duty, Shifts
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
    PlanEnded,
    PlanInForce,
    WorkerNotRegistered,
)
from services.supervision.domain.session import Session, Status
from services.supervision.domain.themes import ThemeRelease
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
    "DevelopmentPlan",
    "DigestMismatch",
    "Duty",
    "NotHeldYet",
    "NotRegistered",
    "NotYourTeam",
    "NotYours",
    "OwnEntry",
    "PlanEnded",
    "PlanInForce",
    "Session",
    "Shifts",
    "Status",
    "ThemeRelease",
    "Worker",
    "WorkerNotRegistered",
]

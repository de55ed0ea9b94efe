"""The workforce register, duty, and supervision (domain, section 5)."""

from services.supervision.domain.agreement import Agreement
from services.supervision.domain.case_decision import CaseDecision, DecisionStatus
from services.supervision.domain.disclosure import Disclosure
from services.supervision.domain.duty import Duty, Shifts
from services.supervision.domain.policy import SupervisionPolicy
from services.supervision.domain.refusals import (
    AgreementEnded,
    AlreadyAccepted,
    AlreadyAgreed,
    AlreadyHeld,
    AlreadyRetracted,
    AlreadyReviewed,
    AlreadySigned,
    AlreadyTold,
    BasisNotYours,
    CompetenceNotInForce,
    Confidential,
    DigestMismatch,
    NotHeldYet,
    NotRegistered,
    NotYours,
    NotYourTeam,
    OwnDisclosure,
    OwnEntry,
    ToParticipant,
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
    "AlreadyRetracted",
    "AlreadyReviewed",
    "AlreadySigned",
    "AlreadyTold",
    "BasisNotYours",
    "CaseDecision",
    "CompetenceNotInForce",
    "Confidential",
    "DecisionStatus",
    "DigestMismatch",
    "Disclosure",
    "Duty",
    "NotHeldYet",
    "NotRegistered",
    "NotYourTeam",
    "NotYours",
    "OwnDisclosure",
    "OwnEntry",
    "Session",
    "Shifts",
    "Status",
    "SupervisionPolicy",
    "ToParticipant",
    "Worker",
    "WorkerNotRegistered",
]

"""The workforce register, duty, and supervision (domain, section 5)."""

from services.supervision.domain.agreement import Agreement, refuse_terms
from services.supervision.domain.duty import Duty, Shifts
from services.supervision.domain.group_supervision import GroupSupervision
from services.supervision.domain.overdue import OverdueSupervision
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
    IntervalNeeded,
    IntervalTooLong,
    KindNotInPolicy,
    NotDueYet,
    NotHeldYet,
    NothingChanged,
    NotOfThisKind,
    NotRegistered,
    NotTheirTeam,
    NotYours,
    NotYourTeam,
    OwnEntry,
    OwnSupervisor,
    WorkerNotRegistered,
)
from services.supervision.domain.session import ActionAgreed, Session, Status
from services.supervision.domain.worker import Worker

__all__ = [
    "ActionAgreed",
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
    "GroupSupervision",
    "IntervalNeeded",
    "IntervalTooLong",
    "KindNotInPolicy",
    "NotDueYet",
    "NotHeldYet",
    "NotOfThisKind",
    "NotRegistered",
    "NotTheirTeam",
    "NotYourTeam",
    "NotYours",
    "NothingChanged",
    "OverdueSupervision",
    "OwnEntry",
    "OwnSupervisor",
    "Session",
    "Shifts",
    "Status",
    "SupervisionPolicy",
    "Worker",
    "WorkerNotRegistered",
    "refuse_terms",
]

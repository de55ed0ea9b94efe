"""The workforce register, duty, and supervision (domain, section 5)."""

from services.supervision.domain.agreement import Agreement, refuse_terms
from services.supervision.domain.asked import OF_THE_BODY, Asked
from services.supervision.domain.development import DevelopmentPlan
from services.supervision.domain.duty import Duty, Shifts
from services.supervision.domain.group_supervision import GroupSupervision
from services.supervision.domain.periods import Periods
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
    PlanEnded,
    PlanInForce,
    TrainingNotRecorded,
    WorkerNotRegistered,
)
from services.supervision.domain.session import ActionAgreed, Session, Status
from services.supervision.domain.themes import ThemeRelease
from services.supervision.domain.worker import Worker

__all__ = [
    "OF_THE_BODY",
    "ActionAgreed",
    "Agreement",
    "AgreementEnded",
    "AlreadyAccepted",
    "AlreadyAgreed",
    "AlreadyHeld",
    "AlreadySigned",
    "Asked",
    "CompetenceNotInForce",
    "Confidential",
    "DevelopmentPlan",
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
    "OwnEntry",
    "OwnSupervisor",
    "Periods",
    "PlanEnded",
    "PlanInForce",
    "Session",
    "Shifts",
    "Status",
    "SupervisionPolicy",
    "ThemeRelease",
    "TrainingNotRecorded",
    "Worker",
    "WorkerNotRegistered",
    "refuse_terms",
]

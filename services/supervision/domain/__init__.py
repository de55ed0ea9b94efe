"""The workforce register, duty, and supervision (domain, section 5)."""

from services.supervision.domain.agreement import Agreement, refuse_terms
from services.supervision.domain.asked import OF_THE_BODY, Asked
from services.supervision.domain.case_decision import CaseDecision, DecisionStatus
from services.supervision.domain.development import DevelopmentPlan
from services.supervision.domain.disclosure import Disclosure
from services.supervision.domain.duty import Duty, Shifts
from services.supervision.domain.entry import may_enter
from services.supervision.domain.group_supervision import GroupSupervision
from services.supervision.domain.issue import Issue, IssueStatus, in_confidence
from services.supervision.domain.overdue import OverdueSupervision
from services.supervision.domain.overdue_issue import OverdueIssue
from services.supervision.domain.periods import Periods
from services.supervision.domain.policy import SupervisionPolicy
from services.supervision.domain.refusals import (
    AgreementEnded,
    AlreadyAccepted,
    AlreadyAgreed,
    AlreadyHeld,
    AlreadyOnThisRoute,
    AlreadyRetracted,
    AlreadyReviewed,
    AlreadySigned,
    AlreadyTold,
    BasisNotYours,
    CompetenceNotInForce,
    Confidential,
    DigestMismatch,
    IntervalNeeded,
    IntervalTooLong,
    IssueIsClosed,
    KindNotInPolicy,
    NotAnsweredYet,
    NotDueYet,
    NotHeldYet,
    NothingChanged,
    NotOfThisKind,
    NotRegistered,
    NotTheirTeam,
    NotYours,
    NotYoursToAnswer,
    NotYoursToWithdraw,
    NotYourTeam,
    OwnDisclosure,
    OwnEntry,
    OwnSupervisor,
    PlanEnded,
    PlanInForce,
    ToParticipant,
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
    "AlreadyOnThisRoute",
    "AlreadyRetracted",
    "AlreadyReviewed",
    "AlreadySigned",
    "AlreadyTold",
    "Asked",
    "BasisNotYours",
    "CaseDecision",
    "CompetenceNotInForce",
    "Confidential",
    "DecisionStatus",
    "DevelopmentPlan",
    "DigestMismatch",
    "Disclosure",
    "Duty",
    "GroupSupervision",
    "IntervalNeeded",
    "IntervalTooLong",
    "Issue",
    "IssueIsClosed",
    "IssueStatus",
    "KindNotInPolicy",
    "NotAnsweredYet",
    "NotDueYet",
    "NotHeldYet",
    "NotOfThisKind",
    "NotRegistered",
    "NotTheirTeam",
    "NotYourTeam",
    "NotYours",
    "NotYoursToAnswer",
    "NotYoursToWithdraw",
    "NothingChanged",
    "OverdueIssue",
    "OverdueSupervision",
    "OwnDisclosure",
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
    "ToParticipant",
    "TrainingNotRecorded",
    "Worker",
    "WorkerNotRegistered",
    "in_confidence",
    "may_enter",
    "refuse_terms",
]

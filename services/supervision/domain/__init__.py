"""The workforce register, duty, and supervision (domain, section 5)."""

from services.supervision.domain.agreement import Agreement
from services.supervision.domain.duty import Duty, Shifts
from services.supervision.domain.issue import Issue, IssueStatus
from services.supervision.domain.overdue_issue import OverdueIssue
from services.supervision.domain.policy import SupervisionPolicy
from services.supervision.domain.refusals import (
    AgreementEnded,
    AlreadyAccepted,
    AlreadyAgreed,
    AlreadyHeld,
    AlreadyOnThisRoute,
    AlreadySigned,
    CompetenceNotInForce,
    Confidential,
    DigestMismatch,
    IssueIsClosed,
    NotAnsweredYet,
    NotHeldYet,
    NotRegistered,
    NotYours,
    NotYoursToAnswer,
    NotYoursToWithdraw,
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
    "AlreadyOnThisRoute",
    "AlreadySigned",
    "CompetenceNotInForce",
    "Confidential",
    "DigestMismatch",
    "Duty",
    "Issue",
    "IssueIsClosed",
    "IssueStatus",
    "NotAnsweredYet",
    "NotHeldYet",
    "NotRegistered",
    "NotYourTeam",
    "NotYours",
    "NotYoursToAnswer",
    "NotYoursToWithdraw",
    "OverdueIssue",
    "OwnEntry",
    "Session",
    "Shifts",
    "Status",
    "SupervisionPolicy",
    "Worker",
    "WorkerNotRegistered",
]

"""What this domain refuses, each with its code."""

from shared.kernel.errors import Conflict, Forbidden


class AlreadyRegistered(Conflict):
    code = "already_registered"
    detail = "A service user with this NHS number is registered already."


class NothingChanged(Conflict):
    code = "nothing_changed"
    detail = "The restriction is as you would have it already."


class SelfNamed(Forbidden):
    code = "self_named"
    detail = "Nobody lets themselves into a restricted record; another IG lead may name you."


class AlreadyDecided(Conflict):
    code = "already_decided"
    detail = "This referral has been decided."


class NotAccepted(Conflict):
    code = "not_accepted"
    detail = "Only an accepted referral can be allocated."


class AlreadyAllocated(Conflict):
    code = "already_allocated"
    detail = "This referral is allocated already."


class NotAllocated(Conflict):
    code = "not_allocated"
    detail = "This referral is on nobody's caseload."


class SameWorker(Conflict):
    code = "same_worker"
    detail = "The person is on this worker's caseload already."


class AlreadyClosed(Conflict):
    code = "already_closed"
    detail = "This referral is closed."


class NotYoursToClose(Forbidden):
    code = "not_yours_to_close"
    detail = "Support ends with the worker, the person's care co-ordinator or a team manager."


class NotYourCaseload(Forbidden):
    code = "not_your_caseload"
    detail = "A caseload is for the worker, team managers and supervisors to read."


class CaseloadFull(Conflict):
    code = "caseload_full"
    detail = "The worker's caseload is at its limit. A manager may override with a reason."


class WorkerNotRegistered(Conflict):
    code = "worker_not_registered"
    detail = "The workforce register has no such worker at work."


class ReferenceTaken(Conflict):
    code = "reference_taken"
    detail = "Another plan of this person is valid on the same days under this reference."


class PlanEnded(Conflict):
    code = "plan_ended"
    detail = "This plan was ended."


class PlanNeverValid(Conflict):
    code = "plan_never_valid"
    detail = "The plan would end before it begins. A plan that doesn't go on is ended."


class AlertEnded(Conflict):
    code = "alert_ended"
    detail = "This visit alert was ended."

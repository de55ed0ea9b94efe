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


class AlreadyMerged(Conflict):
    code = "already_merged"
    detail = "This registration has been merged: `into` names the one that it is merged into."


class Merged(Conflict):
    code = "merged"
    detail = "This registration was merged into another, which `into` names: change that one."


class NotMerged(Conflict):
    code = "not_merged"
    detail = "This registration isn't merged into another."


class NhsNumbersDiffer(Conflict):
    code = "nhs_numbers_differ"
    detail = (
        "Each has an NHS number of its own. Say `nhs_number_superseded` if the national service "
        "has replaced the duplicate's by the other."
    )


class GainsAccess(Forbidden):
    code = "gains_access"
    detail = "You are tied to one of these records only: another IG lead decides this."


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

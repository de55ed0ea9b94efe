"""What this domain refuses, each with its code."""

from shared.kernel.errors import Conflict, Forbidden


class AlreadyRegistered(Conflict):
    code = "already_registered"
    detail = "A service user with this NHS number is registered already."


class NothingChanged(Conflict):
    code = "nothing_changed"
    detail = "The restriction is as you would have it already."


class UnknownTeam(Conflict):
    code = "unknown_team"
    detail = "The workforce register has nobody in this team, so nobody would have the person."


class SelfNamed(Forbidden):
    code = "self_named"
    detail = "Nobody lets themselves into a restricted record; another IG lead may name you."


class NotYoursToChange(Forbidden):
    code = "not_yours_to_change"
    detail = (
        "Team, care co-ordinator and NHS number are changed, and a death is taken back, by a team "
        "manager or the record system."
    )


class PersonMoved(Conflict):
    code = "person_moved"
    detail = (
        "This person was moved to another team at this moment. Nothing was recorded: try again."
    )


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


class AlreadyEnded(Conflict):
    code = "already_ended"
    detail = "This referral has ended."


class AlreadyAsked(Conflict):
    code = "already_asked"
    detail = "The referrer was asked for more already, and has not answered."


class NothingAsked(Conflict):
    code = "nothing_asked"
    detail = "Nobody waits for more information about this referral."


class MeetingRequired(Conflict):
    code = "meeting_required"
    detail = "In this team a caseload review meeting decides: name it, and who was there."


class RouteNotAllowed(Conflict):
    code = "route_not_allowed"
    detail = "In this team meetings decide no referrals."


class NoQuorum(Conflict):
    code = "no_quorum"
    detail = "Fewer staff were at the meeting than the policy wants; `quorum` says how many."


class MeetingBeforeReferral(Conflict):
    code = "meeting_before_referral"
    detail = "The meeting was held before this referral was received."


class AssessmentRequired(Conflict):
    code = "assessment_required"
    detail = "In this team an assessment comes before someone is accepted or waits."


class AssessmentOpen(Conflict):
    code = "assessment_open"
    detail = "An assessment was asked for, and is not completed."


class NotWaiting(Conflict):
    code = "not_waiting"
    detail = "Only someone on the waiting list is reviewed."


class NotYoursToDecide(Forbidden):
    code = "not_yours_to_decide"
    detail = "By the policy of this team, it isn't for you to decide this."


class NotSenior(Forbidden):
    code = "not_senior"
    detail = "An assessment is by registered staff, a manager or a senior STR worker."


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


class NotYoursToAllocate(Forbidden):
    code = "not_yours_to_allocate"
    detail = "A team manager allocates; an STR worker only whom they accepted for themselves."


class NotYoursToOverride(Forbidden):
    code = "not_yours_to_override"
    detail = "Only a team manager may go past the limit of a caseload."


class AlreadyOnACaseload(Conflict):
    code = "already_on_a_caseload"
    detail = "The person is on a caseload of this team already, through another referral."


class NotYoursToAccept(Forbidden):
    code = "not_yours_to_accept"
    detail = "A hand-over is accepted or declined by the worker who receives it."


class NoHandoverAwaits(Conflict):
    code = "no_handover_awaits"
    detail = "No hand-over of this referral awaits an answer."


class NotYoursToClose(Forbidden):
    code = "not_yours_to_close"
    detail = "Support ends with the worker, the person's care co-ordinator or a team manager."


class NotYourCaseload(Forbidden):
    code = "not_your_caseload"
    detail = "A caseload is for the worker, team managers and supervisors to read."


class CaseloadFull(Conflict):
    code = "caseload_full"
    detail = "The worker's caseload is at its limit. A manager may override with a reason."


class CaseloadChanged(Conflict):
    code = "caseload_changed"
    detail = "Others joined or left the caseload at the same moment. Look at it, and try again."


class WorkerNotRegistered(Conflict):
    code = "worker_not_registered"
    detail = "The workforce register has no such worker at work."


class WorkerAbsent(Conflict):
    code = "worker_absent"
    detail = "The workforce register has this worker away. Nobody is put on their caseload."


class NotAnStrWorker(Conflict):
    code = "not_an_str_worker"
    detail = "Caseloads are of STR workers: staff whom the register has a level for."


class AssessorNotSenior(Conflict):
    code = "assessor_not_senior"
    detail = "Of the STR workers, senior ones assess (HB 5.10). Ask somebody else."


class WorkerKeptOut(Conflict):
    code = "worker_kept_out"
    detail = "This worker may not see the person's record, so they can't support them."


class PersonDied(Conflict):
    code = "person_died"
    detail = "This person's death is on record. The referral can be closed, or withdrawn."


class ReviewTooLate(Conflict):
    code = "review_too_late"
    detail = "Whoever waits is looked at again within the time that the team's policy says."


class AgencyClosed(Conflict):
    code = "agency_closed"
    detail = "The directory has this agency as closed."


class AlreadyAcknowledged(Conflict):
    code = "already_acknowledged"
    detail = "The agency acknowledged this referral already."


class AlreadyMet(Conflict):
    code = "already_met"
    detail = "This need is met already. One that is missing again is a need of its own."


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

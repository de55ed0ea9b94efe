"""What this domain refuses, each with its code."""

from shared.kernel.errors import Conflict, Forbidden


class WorkerNotRegistered(Conflict):
    code = "worker_not_registered"
    detail = "The workforce register has no such worker at work."


class OwnEntry(Forbidden):
    code = "own_entry"
    detail = (
        "Nobody adds a team, changes a registration, or records training or competence in their "
        "own entry."
    )


class NotYourTeam(Forbidden):
    code = "not_your_team"
    detail = "This is for someone who works in the team that it concerns."


class NotRegistered(Forbidden):
    code = "not_registered"
    detail = "Competence is judged by a registered practitioner, with registration in force."


class CompetenceNotInForce(Conflict):
    code = "competence_not_in_force"
    detail = "This worker has no sign-off of this activity in force."


class TrainingNotRecorded(Conflict):
    code = "training_not_recorded"
    detail = "This worker has no completion of this course on record, or none that stands."


class NotYours(Forbidden):
    code = "not_yours"
    detail = "This is for the worker and the supervisor whom it concerns."


class Confidential(Forbidden):
    code = "confidential"
    detail = (
        "A supervision record is for the two whose session it was. Others may know that it was "
        "held, when and how long; one of the two, the duty safeguarding lead or an IG lead may "
        "disclose it to you."
    )


class BasisNotYours(Forbidden):
    code = "basis_not_yours"
    detail = (
        "Whoever is on safeguarding duty discloses for risk or safeguarding; an IG lead for these, "
        "an investigation or the law. Consent is for the two whose session it was."
    )


class OwnDisclosure(Forbidden):
    code = "own_disclosure"
    detail = "An IG lead neither opens a record to themselves nor reviews what concerns them."


class ToParticipant(Conflict):
    code = "to_participant"
    detail = "This member of staff is one of the two whose session it was, and reads it anyway."


class AlreadyTold(Conflict):
    code = "already_told"
    detail = "Those whom this disclosure concerns know of it already."


class AlreadyReviewed(Conflict):
    code = "already_reviewed"
    detail = "This disclosure has been reviewed."


class AlreadyRetracted(Conflict):
    code = "already_retracted"
    detail = "This decision has been retracted."


class AgreementEnded(Conflict):
    code = "agreement_ended"
    detail = "This agreement has ended."


class AlreadyAccepted(Conflict):
    code = "already_accepted"
    detail = "You have agreed to this already."


class AlreadyAgreed(Conflict):
    code = "already_agreed"
    detail = "These two were agreeing on this kind at the same moment: read what they agreed."


class OwnSupervisor(Conflict):
    code = "own_supervisor"
    detail = "Nobody supervises themselves."


class NotTheirTeam(Conflict):
    code = "not_their_team"
    detail = "The worker doesn't work in such a team."


class KindNotInPolicy(Conflict):
    code = "kind_not_in_policy"
    detail = "The team's policy knows no such kind of supervision; `kinds` are those it does."


class IntervalNeeded(Conflict):
    code = "interval_needed"
    detail = "The team's policy says how far apart sessions of this kind may be: say how often."


class IntervalTooLong(Conflict):
    code = "interval_too_long"
    detail = "Sessions of this kind may not be as far apart, by the team's policy."


class AlreadyHeld(Conflict):
    code = "already_held"
    detail = "This session has been recorded already, as held, missed or cancelled."


class NotDueYet(Conflict):
    code = "not_due_yet"
    detail = "Its time has not come yet: cancel it, or schedule it anew."


class NothingChanged(Conflict):
    code = "nothing_changed"
    detail = "This says nothing that isn't on record already."


class NotOfThisKind(Conflict):
    code = "not_of_this_kind"
    detail = "A group session is of one kind, and so are the agreements it is held under."


class NotHeldYet(Conflict):
    code = "not_held_yet"
    detail = "There is no record of this session yet."


class AlreadySigned(Conflict):
    code = "already_signed"
    detail = "You have signed what this record says now."


class DigestMismatch(Conflict):
    code = "digest_mismatch"
    detail = "The record says something else by now: read it again, and sign what it says."


class PlanInForce(Conflict):
    code = "plan_in_force"
    detail = "This worker has a development plan that goes on: add to it, or end it by a review."


class PlanEnded(Conflict):
    code = "plan_ended"
    detail = "This development plan has ended: agree on another."


class NotYoursToAnswer(Forbidden):
    code = "not_yours_to_answer"
    detail = (
        "An issue is for whoever answers for its route: the team's managers, or its care "
        "co-ordinators. Whoever raised it may close it."
    )


class NotYoursToWithdraw(Forbidden):
    code = "not_yours_to_withdraw"
    detail = "Only whoever raised an issue withdraws it: close it as resolved or not_resolved."


class IssueIsClosed(Conflict):
    code = "issue_closed"
    detail = "This issue is closed. Raise another if it goes on."


class AlreadyOnThisRoute(Conflict):
    code = "already_on_this_route"
    detail = "This issue is on that route already."


class NotAnsweredYet(Conflict):
    code = "not_answered_yet"
    detail = "Answer this issue first: whoever raised it waits for what is said to it."

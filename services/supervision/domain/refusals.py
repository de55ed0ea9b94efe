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


class AgreementEnded(Conflict):
    code = "agreement_ended"
    detail = "This agreement has ended."


class AlreadyAccepted(Conflict):
    code = "already_accepted"
    detail = "You have agreed to this already."


class AlreadyAgreed(Conflict):
    code = "already_agreed"
    detail = "These two have an agreement of this kind in force: end it first."


class AlreadyHeld(Conflict):
    code = "already_held"
    detail = "This session has been recorded already, as held, missed or cancelled."


class NotHeldYet(Conflict):
    code = "not_held_yet"
    detail = "There is no record of this session to sign yet."


class AlreadySigned(Conflict):
    code = "already_signed"
    detail = "You have signed what this record says now."


class DigestMismatch(Conflict):
    code = "digest_mismatch"
    detail = "The record says something else by now: read it again, and sign what it says."


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

"""What this domain refuses, each with its code."""

from shared.kernel.errors import Conflict, Forbidden


class OwnNote(Forbidden):
    code = "own_note"
    detail = "Nobody countersigns their own note."


class NotRegistered(Forbidden):
    code = "not_registered"
    detail = "Only a registered practitioner, with registration in force, may countersign."


class NotAuthor(Forbidden):
    code = "not_author"
    detail = "Only its author may do this to a note."


class DigestMismatch(Conflict):
    code = "digest_mismatch"
    detail = "The digest is not the current version's. Read the note again before signing it."


class NotPresent(Conflict):
    code = "not_present"
    detail = "Only staff recorded as present can countersign as a witness."


class BasisNotAllowed(Conflict):
    code = "basis_not_allowed"
    detail = "Local policy does not accept this basis for a countersignature."


class BodyNotAccepted(Conflict):
    code = "body_not_accepted"
    detail = "Local policy does not accept signatures under a registration with this body."


class AlreadyCountersigned(Conflict):
    code = "already_countersigned"
    detail = "This version has been countersigned."


class CountersignatureNotRequired(Conflict):
    code = "countersignature_not_required"
    detail = "This version does not ask for a countersignature."


class NothingChanged(Conflict):
    code = "nothing_changed"
    detail = "The amendment says what the note says already."


class NamedInConcern(Forbidden):
    code = "named_in_concern"
    detail = "A concern about staff is out of the hands of those it names, and its note too."


class AlreadyReturned(Conflict):
    code = "already_returned"
    detail = "The author has been asked, and has not answered yet."


class NothingAsked(Conflict):
    code = "nothing_asked"
    detail = "There is no question to answer."


class NotAnswering(Forbidden):
    code = "not_answering"
    detail = "The author answers, or whoever was given that duty."


class NotTheirs(Conflict):
    code = "not_theirs"
    detail = (
        "Nobody signs what they wrote or answer for, or answers what they asked or are to sign; "
        "and none of it is for those whom the note's concern names."
    )


class WorkerNotRegistered(Conflict):
    code = "worker_not_registered"
    detail = "The workforce register has no such worker at work."


class AssigneeNotRegistered(Conflict):
    code = "assignee_not_registered"
    detail = "Who is to sign needs a professional registration in force."


class NotLate(Conflict):
    code = "not_late"
    detail = "This entry is not late."


class ReasonAlreadyGiven(Conflict):
    code = "reason_already_given"
    detail = "Why it was late has been told."


class AlreadyRetracted(Conflict):
    code = "note_retracted"
    detail = "This note has been retracted."


class SamePerson(Conflict):
    code = "same_person"
    detail = "That is the person under whom it is filed."


class ConcernOpen(Conflict):
    code = "concern_open"
    detail = "Nobody else's note is retracted while its concern is open."


class NothingToConfirm(Conflict):
    code = "nothing_to_confirm"
    detail = "Nobody has asked for this note to be retracted."


class OwnRequest(Forbidden):
    code = "own_request"
    detail = "It takes a second person to retract somebody else's note."


class NotOnDuty(Forbidden):
    code = "not_on_duty"
    detail = "An STR worker breaks the glass only while on the duty rota."


class OwnOverride(Forbidden):
    code = "own_override"
    detail = "Nobody reviews an access of their own."


class AlreadyReviewed(Conflict):
    code = "already_reviewed"
    detail = "This access has been reviewed."


class OwnQuery(Forbidden):
    code = "own_query"
    detail = "Nobody answers a boundary query about themselves."


class AlreadyAnswered(Conflict):
    code = "already_answered"
    detail = "This query has been answered."


class NotYoursToAnswer(Forbidden):
    code = "not_yours_to_answer"
    detail = (
        "The person's care co-ordinator, whoever is on duty for the team, or someone the concern "
        "was escalated to does this."
    )


class AlreadyAcknowledged(Conflict):
    code = "already_acknowledged"
    detail = "This concern has been acknowledged."


class AlreadyClosed(Conflict):
    code = "already_closed"
    detail = "This concern has been closed. Reopen it first."


class AlreadyUrgent(Conflict):
    code = "already_urgent"
    detail = "This concern is urgent already."


class NotOpen(Conflict):
    code = "not_open"
    detail = "This concern isn't open under this person."


class NotClosed(Conflict):
    code = "not_closed"
    detail = "Only a closed concern is reopened."

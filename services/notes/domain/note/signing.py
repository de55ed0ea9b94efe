"""How a note is signed: countersigned, returned with a question, answered, given to someone."""

from datetime import datetime

from eventsourcing.domain import event

from services.notes.domain.note.content import Status
from services.notes.domain.note.state import NoteState
from services.notes.domain.refusals import (
    AlreadyCountersigned,
    AlreadyReturned,
    BasisNotAllowed,
    BodyNotAccepted,
    CountersignatureNotRequired,
    DigestMismatch,
    NotAnswering,
    NothingAsked,
    NotPresent,
    NotRegistered,
    NotTheirs,
)
from shared.contracts.notes import (
    Basis,
    Duty,
    NoteAnswered,
    NoteCountersigned,
    NoteReassigned,
    NoteReturned,
    RecordKeepingRules,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class Signing(NoteState):
    """A registered practitioner signs it, or asks its author first (RCN, NMC 11.3)."""

    class Countersigned(NoteCountersigned, Aggregate.Event):
        pass

    class Returned(NoteReturned, Aggregate.Event):
        pass

    class Answered(NoteAnswered, Aggregate.Event):
        pass

    class Reassigned(NoteReassigned, Aggregate.Event):
        pass

    def countersign(
        self, by: Actor, at: datetime, basis: Basis, digest: str, comment: str | None,
        rules: RecordKeepingRules,
    ) -> None:  # fmt: skip
        """Bind a registered practitioner's signature to the current version (NMC 11.3).

        `rules` are the team's that are in force now.
        """
        self.may_countersign(by)
        self._refuse_unless_awaited()
        if digest != self.digest:
            raise DigestMismatch()
        if by.registration and by.registration.body not in rules.countersign_bodies:
            raise BodyNotAccepted(accepted=rules.countersign_bodies)
        if basis not in rules.countersign_bases:
            raise BasisNotAllowed(accepted=rules.countersign_bases)
        if basis == "witnessed" and by.staff_id not in self.contact.staff_present:
            raise NotPresent()
        self._countersigned(actor=by, timestamp=at, basis=basis, digest=digest, comment=comment)

    def send_back(self, by: Actor, at: datetime, question: str) -> None:
        """Ask the author something before signing."""
        self.may_countersign(by)
        self._refuse_unless_awaited()
        if self.status is Status.RETURNED:
            raise AlreadyReturned()
        self._returned(actor=by, timestamp=at, question=question)

    def answer(self, by: Actor, at: datetime, answer: str) -> None:
        """The author's answer, or that of who was given the duty; it awaits a signature again."""
        self.may_answer(by)
        self.refuse_retracted()
        if self.status is not Status.RETURNED:
            raise NothingAsked()
        self._answered(actor=by, timestamp=at, answer=answer)

    def reassign(self, by: Actor, at: datetime, duty: Duty, staff_id: str, reason: str) -> None:
        """Name who is to sign, though others may; or who answers in the author's place.

        Nobody signs their own account of things: not its author, nor who answers for them; and
        who asked, or is to sign, does not answer.
        """
        self.refuse_named(by)
        self._refuse_unless_awaited()
        if duty == "answer" and self.status is not Status.RETURNED:
            raise NothingAsked()
        theirs = {self.author.staff_id, self.answer_from}
        if duty == "answer":
            theirs = {self.returns[-1]["by"].staff_id, self.assigned_to}
        if staff_id in theirs | self.kept_from:
            raise NotTheirs()
        self._reassigned(actor=by, timestamp=at, duty=duty, staff_id=staff_id, reason=reason)

    def may_countersign(self, by: Actor) -> None:
        self.refuse_author(by)
        self.refuse_named(by)
        if by.registration is None:
            raise NotRegistered()

    def may_answer(self, by: Actor) -> None:
        if not self.is_author(by) and by.staff_id != self.answer_from:
            raise NotAnswering()

    @property
    def to_answer(self) -> str | None:
        """Who owes the answer in the author's place, while one is owed."""
        return self.answer_from if self.status is Status.RETURNED else None

    def _refuse_unless_awaited(self) -> None:
        self.refuse_retracted()
        if self.status is Status.COUNTERSIGNED:
            raise AlreadyCountersigned()
        if not self.countersignature.required:
            raise CountersignatureNotRequired()

    def settle(self, actor: Actor, at: datetime, answer: str | None) -> None:
        """What was asked is asked no longer: for `apply` methods."""
        if self.status is Status.RETURNED:
            self.returns[-1]["answer"] = {"answer": answer, "by": actor, "at": at}

    @event(Countersigned)
    def _countersigned(
        self, actor: Actor, timestamp: datetime, basis: Basis, digest: str, comment: str | None
    ) -> None:
        self.status = Status.COUNTERSIGNED
        self.assigned_to = None
        self.signed = {
            "by": actor,
            "at": timestamp,
            "basis": basis,
            "digest": digest,
            "comment": comment,
        }

    @event(Returned)
    def _returned(self, actor: Actor, timestamp: datetime, question: str) -> None:
        self.status = Status.RETURNED
        self.answer_from = None
        self.returns.append({"question": question, "by": actor, "at": timestamp, "answer": None})

    @event(Answered)
    def _answered(self, actor: Actor, timestamp: datetime, answer: str) -> None:
        self.settle(actor, timestamp, answer)
        self.status = Status.AWAITING

    @event(Reassigned)
    def _reassigned(
        self, actor: Actor, timestamp: datetime, duty: Duty, staff_id: str, reason: str
    ) -> None:
        if duty == "answer":
            self.answer_from = staff_id
        else:
            self.assigned_to = staff_id

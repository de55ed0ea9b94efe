"""How a note is put right without changing it: addenda, late reasons, retraction."""

from datetime import datetime
from uuid import UUID

from eventsourcing.domain import event

from services.notes.domain.note.content import Status
from services.notes.domain.note.state import NoteState
from services.notes.domain.refusals import (
    AlreadyRetracted,
    ConcernOpen,
    NotAuthor,
    NothingToConfirm,
    NotLate,
    OwnRequest,
    ReasonAlreadyGiven,
    SamePerson,
)
from shared.contracts.notes import (
    AddendumKind,
    BoundaryAuthoritySettled,
    ConcernLinked,
    LateReasonGiven,
    NoteAddendumAdded,
    NoteRetracted,
    NoteRetractionRequested,
    RetractionKind,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class PuttingRight(NoteState):
    """What is put beside it, and how it is taken back (domain, section 3)."""

    class AddendumAdded(NoteAddendumAdded, Aggregate.Event):
        pass

    class LateReasonTold(LateReasonGiven, Aggregate.Event):
        pass

    class Linked(ConcernLinked, Aggregate.Event):
        pass

    class BoundarySettled(BoundaryAuthoritySettled, Aggregate.Event):
        pass

    class RetractionRequested(NoteRetractionRequested, Aggregate.Event):
        pass

    class Retracted(NoteRetracted, Aggregate.Event):
        pass

    def add(self, by: Actor, at: datetime, kind: AddendumKind, text: str) -> None:
        """Put something beside it; what it says, its digest and its signature stand."""
        if not self.is_author(by):
            self.refuse_named(by)
        if self.status is Status.REFILED:
            raise AlreadyRetracted()
        self._added(actor=by, timestamp=at, kind=kind, text=text)

    def give_late_reason(self, by: Actor, at: datetime, reason: str) -> None:
        """Say why it was late. That it was stays visible for ever (NMC 10.1)."""
        self.may_write(by)
        self.refuse_retracted()
        if "late" not in self.flags:
            raise NotLate()
        if "late_entry_reason" not in self.outstanding:
            raise ReasonAlreadyGiven()
        self._late_reason_given(actor=by, timestamp=at, reason=reason)

    def link_concern(
        self, by: Actor, at: datetime, concern_id: UUID, about_staff: tuple[str, ...]
    ) -> None:
        """A concern was raised on it afterwards: whom that names is kept from the note too."""
        if self.status is Status.REFILED:
            raise AlreadyRetracted()
        self._concern_linked(actor=by, timestamp=at, concern_id=concern_id, about_staff=about_staff)

    def settle_boundary(self, by: Actor, at: datetime, query_id: UUID) -> None:
        """The manager has answered; nothing is recorded if the note waits for nothing."""
        if "boundary_authority" in self.outstanding:
            self._boundary_settled(actor=by, timestamp=at, query_id=query_id)

    def retract(
        self,
        by: Actor,
        at: datetime,
        kind: RetractionKind,
        reason: str,
        belongs_to: UUID | None = None,
        refiled_to: UUID | None = None,
    ) -> None:
        """Take it back, as its author. An IG lead too may tell where a misfiled one belongs."""
        self.may_retract(by)
        self._refuse_retracting(kind, belongs_to)
        self._retracted(
            actor=by,
            timestamp=at,
            kind=kind,
            reason=reason,
            belongs_to=belongs_to,
            refiled_to=refiled_to,
            requested_by=None,
            comment=None,
        )

    def request_retraction(
        self,
        by: Actor,
        at: datetime,
        kind: RetractionKind,
        reason: str,
        belongs_to: UUID | None,
        concern_open: bool,
    ) -> None:
        """Ask that someone else's note be retracted. A later request takes an earlier one's place.

        It takes a second person, and can't be done while the note's concern is open.
        """
        self.refuse_named(by)
        if self.status is Status.REFILED:
            raise AlreadyRetracted()
        self._refuse_retracting(kind, belongs_to)
        if concern_open:
            raise ConcernOpen()
        self._retraction_requested(
            actor=by, timestamp=at, kind=kind, reason=reason, belongs_to=belongs_to
        )

    def confirm_retraction(
        self,
        by: Actor,
        at: datetime,
        comment: str | None,
        concern_open: bool,
        refiled_to: UUID | None = None,
    ) -> None:
        """The second person: from now on it is retracted."""
        self.may_confirm(by)
        asked = self.retraction_requested
        if asked is None:
            raise NothingToConfirm()
        if concern_open:
            raise ConcernOpen()
        self._retracted(
            actor=by,
            timestamp=at,
            kind=asked["kind"],
            reason=asked["reason"],
            belongs_to=self.belongs_to,
            refiled_to=refiled_to,
            requested_by=asked["by"].staff_id,
            comment=comment,
        )

    def may_retract(self, by: Actor) -> None:
        """At once, that is, and alone."""
        if self.is_author(by) or (self.status is Status.REFILED and by.role == "ig_lead"):
            return
        raise NotAuthor()

    def may_confirm(self, by: Actor) -> None:
        self.refuse_named(by)
        asked = self.retraction_requested
        if asked and asked["by"].staff_id == by.staff_id:
            raise OwnRequest()

    def _refuse_retracting(self, kind: RetractionKind, belongs_to: UUID | None) -> None:
        """What was entered in error may turn out to be misfiled, and a tombstone be refiled."""
        if belongs_to == self.service_user_id:
            raise SamePerson()
        refiling = belongs_to is not None and self.refiled_to is None
        if self.status is Status.REFILED and not (kind == "wrong_person" and refiling):
            raise AlreadyRetracted()
        if self.status is Status.ENTERED_IN_ERROR and kind != "wrong_person":
            raise AlreadyRetracted()

    @event(AddendumAdded)
    def _added(self, actor: Actor, timestamp: datetime, kind: AddendumKind, text: str) -> None:
        self.addenda.append(
            {
                "kind": kind,
                "text": text,
                "by": actor,
                "at": timestamp,
                "version": self.version + 1,
            }
        )

    @event(LateReasonTold)
    def _late_reason_given(self, actor: Actor, timestamp: datetime, reason: str) -> None:
        self.late_reason = reason
        self.outstanding = tuple(each for each in self.outstanding if each != "late_entry_reason")

    @event(Linked)
    def _concern_linked(
        self, actor: Actor, timestamp: datetime, concern_id: UUID, about_staff: tuple[str, ...]
    ) -> None:
        self.kept_from |= frozenset(about_staff)

    @event(BoundarySettled)
    def _boundary_settled(self, actor: Actor, timestamp: datetime, query_id: UUID) -> None:
        self.outstanding = tuple(each for each in self.outstanding if each != "boundary_authority")

    @event(RetractionRequested)
    def _retraction_requested(
        self,
        actor: Actor,
        timestamp: datetime,
        kind: RetractionKind,
        reason: str,
        belongs_to: UUID | None,
    ) -> None:
        self.belongs_to = belongs_to
        self.retraction_requested = {"kind": kind, "reason": reason, "by": actor, "at": timestamp}

    @event(Retracted)
    def _retracted(
        self,
        actor: Actor,
        timestamp: datetime,
        kind: RetractionKind,
        reason: str,
        belongs_to: UUID | None,
        refiled_to: UUID | None,
        requested_by: str | None,
        comment: str | None,
    ) -> None:
        if self.status is not Status.REFILED:
            self.retracted = {
                "kind": kind,
                "reason": reason,
                "by": actor,
                "at": timestamp,
                "requested_by": requested_by,
                "comment": comment,
            }
        misfiled = kind == "wrong_person"
        self.status = Status.REFILED if misfiled else Status.ENTERED_IN_ERROR
        self.retraction_requested = self.assigned_to = None
        self.belongs_to, self.refiled_to = belongs_to, refiled_to

"""A disclosure: one session's record opened to one member of staff, for a reason (section 5)."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from services.supervision.domain.confidential import Confidential
from services.supervision.domain.refusals import (
    AlreadyReviewed,
    AlreadyTold,
    NotHeldYet,
    OwnDisclosure,
    ToParticipant,
)
from services.supervision.domain.session import Session
from shared.contracts.access import ReviewOutcome
from shared.contracts.supervision import (
    DisclosureBasis,
    SupervisionDisclosed,
    SupervisionDisclosureReviewed,
    SupervisionDisclosureTold,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class Disclosure(Confidential):
    """Its stream is its own: the session's version doesn't tell that one happened, since it may be
    unsafe that one of the two learns of it."""

    kind = "supervision-disclosure"

    class Disclosed(SupervisionDisclosed, Aggregate.Created):
        pass

    class Told(SupervisionDisclosureTold, Aggregate.Event):
        pass

    class Reviewed(SupervisionDisclosureReviewed, Aggregate.Event):
        pass

    @classmethod
    def disclose(
        cls, by: Actor, at: datetime, id: UUID, session: Session, *, to: str, **facts: Any
    ) -> Self:
        """Raises `NotHeldYet` for a session without a record, `ToParticipant`."""
        if session.digest is None:
            raise NotHeldYet("There is no record of this session to disclose yet.")
        if session.party_of(to):
            raise ToParticipant()
        disclosed: Self = cls.begin(
            cls.Disclosed,
            id=id,
            at=at,
            actor=by,
            session_id=session.id,
            worker_id=session.worker_id,
            supervisor_id=session.supervisor_id,
            team_id=session.team,
            to=to,
            **facts,
        )
        return disclosed

    def tell(self, by: Actor, at: datetime) -> None:
        """From now on those whom it concerns know of it."""
        if self.told:
            raise AlreadyTold()
        self._told(actor=by, timestamp=at, **self._the_two())

    def may_review(self, by: Actor) -> None:
        """Nobody judges what they did, received, or said in confidence themselves."""
        concerned = {self.disclosed_by.staff_id, self.to, self.worker_id, self.supervisor_id}
        if by.staff_id in concerned:
            raise OwnDisclosure()

    def review(self, by: Actor, at: datetime, outcome: ReviewOutcome, reason: str) -> None:
        """Say whether it was justified, once; if not, it ends now, and those whom it concerns know
        of it: nothing is the safer for hiding that somebody read it without cause."""
        self.may_review(by)
        if self.reviewed:
            raise AlreadyReviewed()
        self._reviewed(actor=by, timestamp=at, outcome=outcome, reason=reason, **self._the_two())

    @event(Disclosed)
    def __init__(
        self,
        actor: Actor,
        session_id: UUID,
        worker_id: str,
        supervisor_id: str,
        team_id: str,
        basis: DisclosureBasis,
        to: str,
        until: datetime | None,
        told: bool,
        for_review: bool,
        reason: str,
        not_told_reason: str | None,
    ) -> None:
        self.disclosed_by = actor
        self.session_id = session_id
        self.worker_id, self.supervisor_id, self.team = worker_id, supervisor_id, team_id
        self.basis = basis
        self.to = to
        self.until = until
        self.told = told
        self.told_later: dict[str, Any] | None = None
        self.for_review = for_review
        self.reason = reason
        self.not_told_reason = not_told_reason
        self.reviewed: dict[str, Any] | None = None

    @event(Told)
    def _told(self, actor: Actor, timestamp: datetime, worker_id: str, supervisor_id: str) -> None:
        self._known(actor, timestamp)

    @event(Reviewed)
    def _reviewed(
        self,
        actor: Actor,
        timestamp: datetime,
        worker_id: str,
        supervisor_id: str,
        outcome: ReviewOutcome,
        reason: str,
    ) -> None:
        self.reviewed = {"outcome": outcome, "reason": reason, "by": actor, "at": timestamp}
        if self.ended and not self.told:
            self._known(actor, timestamp)

    def _the_two(self) -> dict[str, str]:
        """Whom an event about it concerns, as audit has to know to keep it from them."""
        return {"worker_id": self.worker_id, "supervisor_id": self.supervisor_id}

    def _known(self, by: Actor, at: datetime) -> None:
        self.told = True
        self.told_later = {"by": by, "at": at}

    @property
    def ended(self) -> bool:
        """Whether it was ended before its time."""
        return self.reviewed is not None and self.reviewed["outcome"] == "not_justified"

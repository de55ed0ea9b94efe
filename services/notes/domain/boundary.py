"""A boundary query: what a worker did at the edge of the role, put to the manager (HB 5.15)."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from services.notes.domain.refusals import AlreadyAnswered, OwnQuery
from shared.contracts.notes import (
    BoundaryOutcome,
    BoundaryQueryAnswered,
    BoundaryQueryMoved,
    BoundaryQueryRaised,
    QueriedActivity,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import AboutServiceUser, Aggregate


class BoundaryQuery(AboutServiceUser):
    """A staff matter: its subject is the worker, never the person with whom it was done.

    Its words are sealed under that person's key all the same, since they tell of their care.
    """

    kind = "boundary-query"

    class Raised(BoundaryQueryRaised, Aggregate.Created):
        pass

    class Answered(BoundaryQueryAnswered, Aggregate.Event):
        pass

    class Moved(BoundaryQueryMoved, Aggregate.Event):
        pass

    @classmethod
    def ask(
        cls,
        by: Actor,
        at: datetime,
        id: UUID,
        note_id: UUID,
        team_id: str | None,
        service_user_id: UUID,
        activities: tuple[QueriedActivity, ...],
    ) -> Self:
        """Raised with the note that tells of it, whose author is the worker in question."""
        asked: Self = cls.begin(
            cls.Raised,
            id=id,
            at=at,
            actor=by,
            note_id=note_id,
            team_id=team_id,
            worker_id=by.staff_id,
            service_user_id=service_user_id,
            activities=activities,
        )
        return asked

    def may_answer(self, by: Actor) -> None:
        if by.staff_id == self.worker_id:
            raise OwnQuery()

    def answer(self, by: Actor, at: datetime, answer: str, outcome: BoundaryOutcome | None) -> None:
        """What the manager found, said and decided. Once."""
        self.may_answer(by)
        if self.answered:
            raise AlreadyAnswered()
        self._answered(actor=by, timestamp=at, answer=answer, outcome=outcome)

    def move(self, by: Actor, at: datetime, note_id: UUID, service_user_id: UUID) -> None:
        """Its note goes on under another person, whose key seals its words from now on."""
        self._moved(actor=by, timestamp=at, note_id=note_id, service_user_id=service_user_id)

    @event(Raised)
    def __init__(
        self,
        actor: Actor,
        note_id: UUID,
        team_id: str | None,
        worker_id: str,
        activities: tuple[QueriedActivity, ...],
        service_user_id: UUID,
    ) -> None:
        self.raised_by = actor
        self.note_id = note_id
        self.team = team_id
        self.worker_id = worker_id
        self.activities = activities
        self.service_user_id = service_user_id
        self.answered: dict[str, Any] | None = None

    @event(Answered)
    def _answered(
        self, actor: Actor, timestamp: datetime, answer: str, outcome: BoundaryOutcome | None
    ) -> None:
        self.answered = {"outcome": outcome, "answer": answer, "by": actor, "at": timestamp}

    @event(Moved)
    def _moved(
        self, actor: Actor, timestamp: datetime, note_id: UUID, service_user_id: UUID
    ) -> None:
        self.note_id = note_id
        self.service_user_id = service_user_id

    @property
    def subject(self) -> str:
        return self.worker_id

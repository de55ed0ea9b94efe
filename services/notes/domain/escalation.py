"""What the clock does with a concern that nobody acknowledges: each step once, beside it."""

from datetime import datetime
from typing import Self
from uuid import UUID

from eventsourcing.domain import event

from shared.contracts.notes import ConcernEscalated, Recipient
from shared.kernel.actor import Actor
from shared.kernel.aggregate import AboutServiceUser, Aggregate
from shared.kernel.ids import named_id


class Escalation(AboutServiceUser):
    """One step of one clock of a concern, whose version counts only what people did.

    The stream's id follows from which step it is: whoever else takes it finds it taken.
    """

    kind = "concern"

    class Escalated(ConcernEscalated, Aggregate.Created):
        pass

    @classmethod
    def of(
        cls,
        by: Actor,
        at: datetime,
        *,
        concern_id: UUID,
        service_user_id: UUID,
        team_id: str,
        clock: int,
        step: int,
        position: int,
        to: Recipient,
        reached: tuple[str, ...],
        next_at: datetime,
    ) -> Self:
        step_taken: Self = cls.begin(
            cls.Escalated,
            id=stream_of(concern_id, clock, step),
            at=at,
            actor=by,
            concern_id=concern_id,
            service_user_id=service_user_id,
            team_id=team_id,
            because="unanswered",
            clock=clock,
            step=step,
            position=position,
            to=to,
            reached=reached,
            next_at=next_at,
            reason=None,
        )
        return step_taken

    @event(Escalated)
    def __init__(
        self,
        concern_id: UUID,
        service_user_id: UUID,
        team_id: str,
        clock: int,
        step: int,
        to: Recipient,
        reached: tuple[str, ...],
        next_at: datetime,
        position: int,
    ) -> None:
        self.concern_id = concern_id
        self.service_user_id = service_user_id
        self.team = team_id
        self.clock = clock
        self.step = step
        self.position = position
        self.to = to
        self.reached = reached
        self.next_at = next_at

    @property
    def resource_id(self) -> str:
        return str(self.concern_id)


def stream_of(concern_id: UUID, clock: int, step: int) -> UUID:
    """The one stream of a step."""
    return named_id("escalation", f"{concern_id}:{clock}:{step}")

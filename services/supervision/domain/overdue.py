"""Supervision that is overdue: noticed by the clock, once for each agreement and due day."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from shared.contracts.supervision import SupervisionOverdue
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.ids import named_id


class OverdueSupervision(Aggregate):
    """A stream of its own: what the clock does never moves the agreement's version. Nothing in it
    is personal, so it is said whatever became of the worker's key."""

    kind = "supervision-agreement"

    class Noticed(SupervisionOverdue, Aggregate.Created):
        pass

    @classmethod
    def notice(
        cls, by: Actor, at: datetime, agreement_id: UUID, due_on: date, **particulars: Any
    ) -> Self:
        noticed: Self = cls.begin(
            cls.Noticed,
            id=named_id("supervision-overdue", f"{agreement_id} {due_on.isoformat()}"),
            at=at,
            actor=by,
            agreement_id=agreement_id,
            due_on=due_on,
            **particulars,
        )
        return noticed

    @event(Noticed)
    def __init__(self, agreement_id: UUID, worker_id: str, team_id: str, due_on: date) -> None:
        self.agreement_id = agreement_id
        self.worker_id = worker_id
        self.team = team_id
        self.due_on = due_on

    @property
    def subject(self) -> str:
        return self.worker_id

    @property
    def resource_id(self) -> str:
        return str(self.agreement_id)

    @property
    def team_id(self) -> str:
        return self.team

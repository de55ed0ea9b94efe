"""Duty: who answers for a team, and when."""

from datetime import datetime
from typing import Any, Self

from eventsourcing.domain import CanMutateAggregate, event
from eventsourcing.utils import get_topic

from shared.contracts.supervision import DutyAssigned, DutyShift
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.ids import named_id

Shifts = tuple[DutyShift, ...]


class Duty(Aggregate):
    """A team's rota: who answers for it, and when. Replaced whole."""

    kind = "duty"

    class Assigned(DutyAssigned, Aggregate.Created):
        """One type for the first rota and for those that replace it: each says the whole."""

        def mutate(self, aggregate: Any) -> Any:
            if aggregate is None:
                return super().mutate(None)
            return CanMutateAggregate.mutate(self, aggregate)

        def apply(self, aggregate: Any) -> None:
            aggregate.shifts = self.shifts

    @classmethod
    def set_up(cls, by: Actor, at: datetime, team_id: str, shifts: Shifts) -> Self:
        """A team's first rota."""
        rota: Self = cls.begin(
            cls.Assigned,
            id=named_id("duty", team_id),
            at=at,
            actor=by,
            team_id=team_id,
            shifts=_in_order(shifts),
        )
        return rota

    def assign(self, by: Actor, at: datetime, shifts: Shifts) -> None:
        """Replace the rota. Nothing is recorded when nothing differs."""
        if _in_order(shifts) != self.shifts:
            self.trigger_event(
                self.Assigned,
                originator_topic=get_topic(type(self)),
                actor=by,
                timestamp=at,
                team_id=self.team,
                shifts=_in_order(shifts),
            )

    @event(Assigned)
    def __init__(self, team_id: str, shifts: Shifts) -> None:
        self.team = team_id
        self.shifts = shifts

    @property
    def subject(self) -> str:
        return self.team

    @property
    def resource_id(self) -> str:
        return self.team

    @property
    def team_id(self) -> str:
        return self.team


def _in_order(shifts: Shifts) -> Shifts:
    return tuple(sorted(shifts, key=lambda shift: (shift.starts_at, shift.staff_id)))

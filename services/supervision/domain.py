"""The workforce register (who works where, at what level, registered with whom), and duty."""

from dataclasses import fields
from datetime import datetime
from typing import Any, Self

from eventsourcing.domain import CanMutateAggregate, event
from eventsourcing.utils import get_topic

from shared.contracts.supervision import (
    DutyAssigned,
    DutyShift,
    WorkerDetails,
    WorkerRegistered,
    WorkerUpdated,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.errors import Conflict, Forbidden
from shared.kernel.ids import named_id

Shifts = tuple[DutyShift, ...]


class WorkerNotRegistered(Conflict):
    code = "worker_not_registered"
    detail = "The workforce register has no such worker at work."


class OwnEntry(Forbidden):
    code = "own_entry"
    detail = "Nobody adds a team or changes a registration in their own entry."


class NotYourTeam(Forbidden):
    code = "not_your_team"
    detail = "A team's rota is for a manager of that team to set."


class Worker(Aggregate):
    """A member of staff. Known by `staff_id`, the claim their token carries."""

    kind = "worker"
    owns_key = True

    class Registered(WorkerRegistered, Aggregate.Created):
        pass

    class Updated(WorkerUpdated, Aggregate.Event):
        pass

    @classmethod
    def register(cls, by: Actor, at: datetime, staff_id: str, details: WorkerDetails) -> Self:
        worker: Self = cls.begin(
            cls.Registered,
            id=named_id("worker", staff_id),
            at=at,
            actor=by,
            staff_id=staff_id,
            details=details,
        )
        return worker

    def refuse_own_ties(self, by: Actor, details: WorkerDetails) -> None:
        """Nobody gives themselves a team or a registration, and with it other people's records,
        or comes back from having left."""
        added = not set(details.teams) <= set(self.details.teams)
        returned = self.details.status == "left" and details.status != "left"
        signs = details.registrations != self.details.registrations
        if by.staff_id == self.staff_id and (added or returned or signs):
            raise OwnEntry()

    def teams_concerned(self, details: WorkerDetails) -> set[str]:
        """The teams that a new entry brings the worker into or takes them out of."""
        before, after = set(self.details.teams), set(details.teams)
        came_or_went = (self.details.status == "left") != (details.status == "left")
        return before | after if came_or_went else before ^ after

    def update(self, by: Actor, at: datetime, details: WorkerDetails) -> None:
        """Replace the entry. Nothing is recorded when nothing differs."""
        changed = tuple(
            field.name
            for field in fields(details)
            if getattr(details, field.name) != getattr(self.details, field.name)
        )
        if changed:
            self._updated(actor=by, timestamp=at, details=details, changed=changed)

    @event(Registered)
    def __init__(self, staff_id: str, details: WorkerDetails) -> None:
        self.staff_id = staff_id
        self.details = details

    @event(Updated)
    def _updated(
        self, actor: Actor, timestamp: datetime, details: WorkerDetails, changed: tuple[str, ...]
    ) -> None:
        self.details = details

    @property
    def subject(self) -> str:
        return self.staff_id

    @property
    def data_subject(self) -> str:
        return f"worker:{self.staff_id}"

    @property
    def resource_id(self) -> str:
        return self.staff_id

    @property
    def team_id(self) -> str | None:
        return self.details.teams[0] if self.details.teams else None


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

"""The workforce register: who works where, at what level, with which registrations."""

from dataclasses import fields
from datetime import datetime
from typing import Self

from eventsourcing.domain import event

from shared.contracts.supervision import WorkerDetails, WorkerRegistered, WorkerUpdated
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.ids import named_id


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

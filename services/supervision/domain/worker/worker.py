"""A member of staff: their entry in the register, from when they come until they leave."""

from dataclasses import fields
from datetime import datetime
from typing import Any, Self

from eventsourcing.domain import event

from services.supervision.domain.asked import Asked, Known, dated
from services.supervision.domain.entry import may_change, may_enter, teams_of
from services.supervision.domain.periods import Periods, followed
from services.supervision.domain.refusals import NotYourTeam, OwnEntry
from services.supervision.domain.worker.learning import Learning
from shared.contracts.supervision import (
    WorkerDetails,
    WorkerLeft,
    WorkerRegistered,
    WorkerUpdated,
)
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.days import local_day
from shared.kernel.ids import named_id


class Worker(Learning):
    """A member of staff. Known by `staff_id`, the claim their token carries."""

    kind = "worker"
    owns_key = True

    class Registered(WorkerRegistered, Aggregate.Created):
        pass

    class Updated(WorkerUpdated, Aggregate.Event):
        pass

    class Left(WorkerLeft, Aggregate.Event):
        """The change to status `left`; whoever comes back is updated."""

    @classmethod
    def register(cls, by: Actor, at: datetime, staff_id: str, details: WorkerDetails) -> Self:
        worker: Self = cls.begin(
            cls.Registered,
            id=named_id("worker", staff_id),
            at=at,
            actor=by,
            staff_id=staff_id,
            details=dated(details, None, local_day(at)),
        )
        return worker

    def asked(self, asked: Asked, at: datetime) -> WorkerDetails:
        """The entry that somebody asks for, with what they leave to the register."""
        return asked.entry(self.details, self.known, local_day(at))

    def refuse_own_ties(self, by: Actor, details: WorkerDetails) -> None:
        """Nobody gives themselves a team or a registration, and with it other people's records,
        or comes back from having left."""
        added = not set(details.teams) <= set(self.details.teams)
        returned = self.details.status == "left" and details.status != "left"
        signs = details.registrations != self.details.registrations
        if by.staff_id == self.staff_id and (added or returned or signs):
            raise OwnEntry()

    def refuse_outsider(self, details: WorkerDetails, teams: frozenset[str], guarded: str) -> None:
        """A manager of some teams changes who is in them, and alone who comes into a `guarded` one.

        Raises `NotYourTeam`.
        """
        allowed = may_enter(self.details, details, teams, guarded)
        if not (allowed and may_change(self.details, details, teams)):
            raise NotYourTeam()

    def update(self, by: Actor, at: datetime, details: WorkerDetails) -> None:
        """Replace the entry. Nothing is recorded when nothing differs."""
        details = dated(details, self.details, local_day(at))
        changed = tuple(
            field.name
            for field in fields(details)
            if getattr(details, field.name) != getattr(self.details, field.name)
        )
        said: dict[str, Any] = {
            "actor": by, "timestamp": at, "details": details, "changed": changed,
        }  # fmt: skip
        if "status" in changed and details.status == "left":
            self._left(**said, left_on=details.left_on)
        elif changed:
            self._updated(**said)

    @event(Registered)
    def __init__(self, staff_id: str, details: WorkerDetails) -> None:
        self.staff_id = staff_id
        self.training, self.competences = [], []
        self.known: Known = {}
        self.absences: Periods = ()
        self._is(details, None, self.created_on)

    @event(Updated)
    def _updated(
        self, actor: Actor, timestamp: datetime, details: WorkerDetails, changed: tuple[str, ...]
    ) -> None:
        self._is(details, self.details, timestamp)

    @event(Left)
    def _left(
        self,
        actor: Actor,
        timestamp: datetime,
        details: WorkerDetails,
        changed: tuple[str, ...],
        left_on: Any,
    ) -> None:
        self._is(details, self.details, timestamp)

    def _is(self, said: WorkerDetails, held: WorkerDetails | None, at: datetime) -> None:
        # What was published before these days were kept says none: it was so from that day on.
        details = dated(said, held, local_day(at))
        self.absences = followed(self.absences, held, details, local_day(at))
        self.known |= {(each.body, each.number): each for each in details.registrations}
        self.details = details

    @property
    def teams(self) -> frozenset[str]:
        """The teams they work in: none once they have left."""
        return teams_of(self.details)

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

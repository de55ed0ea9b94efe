"""A person's plans, and the delegated tasks they authorise (HB 5.15 and 5.17)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.notes.policy.tasks import TaskKey
from shared.contracts.notes import BoundaryActivity
from shared.contracts.vocabulary import slug


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as far as is known here, valid from a day through another."""

    id: UUID
    reference: str | None
    tasks: frozenset[TaskKey]
    valid_from: date
    valid_to: date | None = None

    def authorises(self, done: BoundaryActivity, on: date) -> bool:
        """Whether it is what an activity names as its authority, held on that day, and lists the
        task."""
        if done.authority is None or done.task is None:
            return False
        named = done.authority.strip().lower() in (str(self.id), (self.reference or "").lower())
        held = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        return named and held and (done.boundary, slug(done.task)) in self.tasks

"""A countersignature that is overdue: noticed by the clock, once for each deadline."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from shared.contracts.notes import CountersignatureOverdue
from shared.kernel.actor import Actor
from shared.kernel.aggregate import AboutServiceUser, Aggregate
from shared.kernel.ids import named_id


class OverdueCountersignature(AboutServiceUser):
    """A stream of its own: what the clock does never moves the note's version (api, section 0)."""

    kind = "note"

    class Noticed(CountersignatureOverdue, Aggregate.Created):
        pass

    @classmethod
    def notice(
        cls, by: Actor, at: datetime, note_id: UUID, due_at: datetime, **particulars: Any
    ) -> Self:
        stream_id = named_id("countersignature-overdue", f"{note_id} {due_at.isoformat()}")
        noticed: Self = cls.begin(
            cls.Noticed,
            id=stream_id,
            at=at,
            actor=by,
            note_id=note_id,
            due_at=due_at,
            **particulars,
        )
        return noticed

    @event(Noticed)
    def __init__(
        self, note_id: UUID, service_user_id: UUID, team_id: str | None, due_at: datetime
    ) -> None:
        self.note_id = note_id
        self.service_user_id = service_user_id
        self.team = team_id
        self.due_at = due_at

    @property
    def resource_id(self) -> str:
        return str(self.note_id)

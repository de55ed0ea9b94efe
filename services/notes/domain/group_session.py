"""A group session: one event with a leader, a place and attendance (domain, section 2)."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from shared.contracts.notes import GroupEntry, GroupSessionHeld
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class GroupSession(Aggregate):
    """It names no service user: each has an entry of their own, which names no one else."""

    kind = "group-session"

    class Held(GroupSessionHeld, Aggregate.Created):
        pass

    @classmethod
    def hold(cls, by: Actor, at: datetime, id: UUID, **particulars: Any) -> Self:
        held: Self = cls.begin(cls.Held, id=id, at=at, actor=by, **particulars)
        return held

    @event(Held)
    def __init__(
        self,
        actor: Actor,
        team_id: str | None,
        leader_id: str,
        activity: str,
        occurred_at: datetime,
        duration_minutes: int | None,
        setting: str,
        mechanism: str,
        functions: tuple[str, ...],
        needs: tuple[str, ...],
        staff_present: tuple[str, ...],
        entries: tuple[GroupEntry, ...],
    ) -> None:
        self.recorded_by = actor
        self.team = team_id
        self.leader_id = leader_id
        self.particulars = {
            "activity": activity,
            "occurred_at": occurred_at,
            "duration_minutes": duration_minutes,
            "setting": setting,
            "mechanism": mechanism,
            "functions": functions,
            "needs": needs,
            "staff_present": staff_present,
        }
        self.entries = entries

    @property
    def subject(self) -> str:
        return self.leader_id

    @property
    def team_id(self) -> str | None:
        return self.team

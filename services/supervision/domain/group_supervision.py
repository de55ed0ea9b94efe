"""Supervision of several workers at once (HB 5.22)."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from shared.contracts.supervision import GroupPart, GroupSupervisionHeld
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class GroupSupervision(Aggregate):
    """That it was held, and for whom: what was said is in the record of each, which names no
    other worker."""

    kind = "group-supervision"

    class Held(GroupSupervisionHeld, Aggregate.Created):
        pass

    @classmethod
    def hold(cls, by: Actor, at: datetime, id: UUID, **facts: Any) -> Self:
        held: Self = cls.begin(cls.Held, id=id, at=at, actor=by, **facts)
        return held

    @event(Held)
    def __init__(
        self,
        actor: Actor,
        supervisor_id: str,
        team_id: str,
        kind: str,
        held_at: datetime,
        duration_minutes: int,
        sessions: tuple[GroupPart, ...],
        absent: tuple[str, ...],
    ) -> None:
        self.recorded_by = actor
        self.supervisor_id, self.team = supervisor_id, team_id
        self.of_kind = kind
        self.held_at, self.duration_minutes = held_at, duration_minutes
        self.sessions, self.absent = sessions, absent

    @property
    def subject(self) -> str:
        return self.supervisor_id

    @property
    def team_id(self) -> str:
        return self.team

"""A session: scheduled, held or not, signed by both."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from services.supervision.domain.session.appointment import Appointment
from services.supervision.domain.session.deciding import Deciding
from services.supervision.domain.session.recording import Recording
from services.supervision.domain.session.signing import Signing
from services.supervision.domain.session.state import Status
from shared.contracts.supervision import SupervisionScheduled
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class Session(Appointment, Recording, Signing, Deciding):
    class Scheduled(SupervisionScheduled, Aggregate.Created):
        pass

    @classmethod
    def schedule(cls, by: Actor, at: datetime, id: UUID, **facts: Any) -> Self:
        scheduled: Self = cls.begin(cls.Scheduled, id=id, at=at, actor=by, **facts)
        return scheduled

    @event(Scheduled)
    def __init__(
        self,
        actor: Actor,
        agreement_id: UUID,
        worker_id: str,
        supervisor_id: str,
        team_id: str,
        kind: str,
        scheduled_for: datetime,
        group_session_id: UUID | None,
    ) -> None:
        self.agreement_id = agreement_id
        self.worker_id, self.supervisor_id, self.team = worker_id, supervisor_id, team_id
        self.of_kind = kind
        self.group_session_id = group_session_id
        self.scheduled_for = scheduled_for
        self.status = Status.SCHEDULED
        self.held_at = self.duration_minutes = self.recorded_by = self.recorded_at = None
        self.content = self.digest = self.not_held = None
        self.signatures, self.amendments, self.case_decisions = [], [], []
        self.reschedulings = []
        self.action_states = {}

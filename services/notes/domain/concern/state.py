"""What is known of a concern, and the rules that more than one of its commands keeps."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.notes.domain.refusals import NamedInConcern
from services.notes.policy import Clock
from shared.contracts.notes import Acknowledgement, Alert, ConcernKind, Urgency
from shared.kernel.actor import Actor
from shared.kernel.aggregate import AboutServiceUser


class ConcernStatus(StrEnum):
    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    MOVED = "moved"


@dataclass(frozen=True)
class Told:
    """What the service user was told of a concern, as far as this says."""

    service_user_told: bool | None = None
    not_told_reason: str | None = None


NOTHING = Told()


class ConcernState(AboutServiceUser):
    """`clock` is the version at which the present clock started, and `asked` how far along the
    policy's chain staff have had it go since. What the clock itself does is in `Escalation`.
    """

    kind = "concern"

    service_user_id: UUID
    team: str
    note_id: UUID | None
    refiled_from: UUID | None
    moved_to: UUID | None

    nature: ConcernKind
    urgency: Urgency
    about_staff: tuple[str, ...]
    raised_by: Actor
    raised_at: datetime
    description: str
    alerted: tuple[Alert, ...]
    service_user_told: bool | None
    not_told_reason: str | None

    status: ConcernStatus
    clock: int
    asked: int
    routed_to: tuple[str, ...]
    acknowledge_by: datetime
    first_step_at: datetime
    """When it goes on to others unless acknowledged: at once where it was routed to nobody."""
    policy_version: int
    escalations: list[dict[str, Any]]
    acknowledged: Acknowledgement | None
    closed: Acknowledgement | None
    ended: tuple[int, datetime] | None
    """The version at which it was last closed or moved, and when."""

    def refuse_named(self, by: Actor) -> None:
        if by.staff_id in self.about_staff:
            raise NamedInConcern()

    def starts(self, version: int, clock: Clock, at: datetime) -> None:
        """A new clock: for `apply` methods."""
        self.status = ConcernStatus.RAISED
        self.clock = version
        self.asked = 0
        self.routed_to = clock.routed_to
        self.acknowledge_by = clock.acknowledge_by
        self.first_step_at = clock.acknowledge_by if clock.routed_to else at
        self.policy_version = clock.policy_version
        self.acknowledged = self.closed = None

    @property
    def outstanding(self) -> tuple[str, ...]:
        """Asked for until the service user is told, or a reason is given why not."""
        return () if self.service_user_told or self.not_told_reason else ("not_told_reason",)

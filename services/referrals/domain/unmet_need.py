"""A need that nothing meets, and why; kept so that it can be counted (JD Hambleton)."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from services.referrals.domain.refusals import AlreadyMet
from shared.contracts.referrals import UnmetNeedMet, UnmetNeedRecorded, UnmetReason
from shared.contracts.vocabulary import Need
from shared.kernel.actor import Actor
from shared.kernel.aggregate import AboutServiceUser, Aggregate


class UnmetNeed(AboutServiceUser):
    kind = "unmet-need"

    class Recorded(UnmetNeedRecorded, Aggregate.Created):
        pass

    class Met(UnmetNeedMet, Aggregate.Event):
        pass

    @classmethod
    def record(cls, by: Actor, at: datetime, id: UUID, **particulars: Any) -> Self:
        recorded: Self = cls.begin(cls.Recorded, id=id, at=at, actor=by, **particulars)
        return recorded

    def resolve(self, by: Actor, at: datetime, met_on: date, details: str | None) -> None:
        """It is met after all. Once: what is missing again later is a need of its own."""
        if self.resolution:
            raise AlreadyMet()
        self._met(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            met_on=met_on,
            details=details,
        )

    @event(Recorded)
    def __init__(
        self,
        actor: Actor,
        service_user_id: UUID,
        team_id: str,
        need: Need,
        why: UnmetReason,
        onward_referral_id: UUID | None,
        details: str | None,
    ) -> None:
        self.recorded_by = actor
        self.service_user_id = service_user_id
        self.team = team_id
        self.need = need
        self.why = why
        self.onward_referral_id = onward_referral_id
        self.details = details
        self.resolution: dict[str, Any] | None = None

    @event(Met)
    def _met(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        met_on: date,
        details: str | None,
    ) -> None:
        self.resolution = {"met_on": met_on, "details": details, "by": actor, "at": timestamp}

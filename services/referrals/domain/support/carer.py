"""A carer: family or a friend who helps (HB 10)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from eventsourcing.domain import event

from services.referrals.domain.support.kept import Kept
from shared.contracts import referrals as contract
from shared.contracts.referrals import CarerRecorded, CarerUpdated
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate

KEPT_BESIDE = ("ended_on", "in_confidence")
"""What is said of a carer that isn't how to reach them or what they are to the person."""


class Carer(Kept):
    """A carer of one person. `in_confidence` is never for that person's copy of their record."""

    kind = "carer"

    class Recorded(CarerRecorded, Aggregate.Created):
        pass

    class Updated(CarerUpdated, Aggregate.Event):
        pass

    begins = Recorded

    def update(self, by: Actor, at: datetime, changes: Mapping[str, Any]) -> None:
        """Replace what `changes` name. Nothing is recorded when nothing differs."""
        beside = {name: getattr(self, name) for name in KEPT_BESIDE}
        beside |= {name: changes[name] for name in KEPT_BESIDE if name in changes}
        of_carer = {name: value for name, value in changes.items() if name not in KEPT_BESIDE}
        carer = replace(self.carer, **of_carer)
        if carer == self.carer and all(getattr(self, name) == beside[name] for name in beside):
            return
        self._updated(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            carer=carer,
            **beside,
        )

    @event(Recorded)
    def __init__(
        self,
        actor: Actor,
        service_user_id: UUID,
        team_id: str,
        carer: contract.Carer,
        in_confidence: str | None,
    ) -> None:
        self.recorded_by = actor
        self.service_user_id = service_user_id
        self.team = team_id
        self.carer = carer
        self.in_confidence = in_confidence
        self.ended_on: date | None = None

    @event(Updated)
    def _updated(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        ended_on: date | None,
        carer: contract.Carer,
        in_confidence: str | None,
    ) -> None:
        self.carer = carer
        self.in_confidence = in_confidence
        self.ended_on = ended_on

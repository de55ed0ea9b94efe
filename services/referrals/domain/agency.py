"""An agency that people are helped to reach: an entry of the trust's own directory, versioned."""

from dataclasses import fields
from datetime import datetime
from typing import Self

from eventsourcing.domain import event

from shared.contracts.referrals import AgencyDetails, AgencyListed, AgencyUpdated
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.ids import named_id


class Agency(Aggregate):
    """An organisation, under a name of its own. Nothing personal is in its entry."""

    kind = "agency"

    class Listed(AgencyListed, Aggregate.Created):
        pass

    class Updated(AgencyUpdated, Aggregate.Event):
        pass

    @classmethod
    def enter(cls, by: Actor, at: datetime, agency_id: str, details: AgencyDetails) -> Self:
        entered: Self = cls.begin(
            cls.Listed,
            id=named_id(cls.kind, agency_id),
            at=at,
            actor=by,
            agency_id=agency_id,
            details=details,
        )
        return entered

    def update(self, by: Actor, at: datetime, details: AgencyDetails) -> None:
        """Replace the entry. Nothing is recorded when nothing differs."""
        names = [each.name for each in fields(AgencyDetails)]
        changed = tuple(n for n in names if getattr(details, n) != getattr(self.details, n))
        if changed:
            self._updated(actor=by, timestamp=at, details=details, changed=changed)

    @event(Listed)
    def __init__(self, agency_id: str, details: AgencyDetails) -> None:
        self.agency_id = agency_id
        self.details = details

    @event(Updated)
    def _updated(
        self, actor: Actor, timestamp: datetime, details: AgencyDetails, changed: tuple[str, ...]
    ) -> None:
        self.details = details

    @property
    def subject(self) -> str:
        return self.agency_id

    @property
    def resource_id(self) -> str:
        return self.agency_id

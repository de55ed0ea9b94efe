"""Helping someone to reach an agency: with their consent, or why without, and what came of it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from services.referrals.domain.refusals import AlreadyAcknowledged
from shared.contracts.referrals import (
    AgencyKind,
    ConsentBasis,
    OnwardOutcome,
    OnwardReferralAcknowledged,
    OnwardReferralMade,
    OnwardReferralOutcomeRecorded,
)
from shared.contracts.vocabulary import Need
from shared.kernel.actor import Actor
from shared.kernel.aggregate import AboutServiceUser, Aggregate


class OnwardStatus(StrEnum):
    MADE = "made"
    ACKNOWLEDGED = "acknowledged"
    ENDED = "ended"


class OnwardReferral(AboutServiceUser):
    """All outcomes are kept, the newest last: what was first heard may not be how it ends."""

    kind = "onward-referral"

    class Made(OnwardReferralMade, Aggregate.Created):
        pass

    class Acknowledged(OnwardReferralAcknowledged, Aggregate.Event):
        pass

    class OutcomeRecorded(OnwardReferralOutcomeRecorded, Aggregate.Event):
        pass

    @classmethod
    def make(cls, by: Actor, at: datetime, id: UUID, **particulars: Any) -> Self:
        made: Self = cls.begin(cls.Made, id=id, at=at, actor=by, **particulars)
        return made

    def acknowledge(
        self, by: Actor, at: datetime, acknowledged_on: date, details: str | None
    ) -> None:
        """The agency has it. Once, also when what came of it was heard first."""
        if self.acknowledgement:
            raise AlreadyAcknowledged()
        self._acknowledged(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            acknowledged_on=acknowledged_on,
            details=details,
        )

    def end(
        self, by: Actor, at: datetime, outcome: OnwardOutcome, known_on: date, details: str | None
    ) -> None:
        """What came of it; said again where it came to something else later."""
        self._ended(
            actor=by,
            timestamp=at,
            service_user_id=self.service_user_id,
            outcome=outcome,
            known_on=known_on,
            details=details,
        )

    @event(Made)
    def __init__(
        self,
        actor: Actor,
        service_user_id: UUID,
        team_id: str,
        agency_kind: AgencyKind,
        agency_id: str | None,
        agency_version: int | None,
        need: Need | None,
        consent: ConsentBasis,
        consented_on: date | None,
        agency_name: str | None,
        reason: str,
        without_consent_reason: str | None,
    ) -> None:
        self.made_by = actor
        self.service_user_id = service_user_id
        self.team = team_id
        self.agency_kind = agency_kind
        self.agency_id = agency_id
        self.agency_version = agency_version
        self.need = need
        self.consent = consent
        self.consented_on = consented_on
        self.agency_name = agency_name
        self.reason = reason
        self.without_consent_reason = without_consent_reason
        self.acknowledgement: dict[str, Any] | None = None
        self.outcomes: list[dict[str, Any]] = []

    @event(Acknowledged)
    def _acknowledged(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        acknowledged_on: date,
        details: str | None,
    ) -> None:
        self.acknowledgement = {
            "acknowledged_on": acknowledged_on,
            "details": details,
            "by": actor,
            "at": timestamp,
        }

    @event(OutcomeRecorded)
    def _ended(
        self,
        actor: Actor,
        timestamp: datetime,
        service_user_id: UUID,
        outcome: OnwardOutcome,
        known_on: date,
        details: str | None,
    ) -> None:
        self.outcomes.append(
            {
                "outcome": outcome,
                "known_on": known_on,
                "details": details,
                "by": actor,
                "at": timestamp,
            }
        )

    @property
    def status(self) -> OnwardStatus:
        if self.outcomes:
            return OnwardStatus.ENDED
        return OnwardStatus.ACKNOWLEDGED if self.acknowledgement else OnwardStatus.MADE

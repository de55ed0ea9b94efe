"""How a referral is decided: by a gatekeeper, with a reason (HB 5.10 and 5.11)."""

from datetime import datetime

from eventsourcing.domain import event

from services.referrals.domain.referral.state import ReferralState, Status
from services.referrals.domain.refusals import AlreadyDecided
from shared.contracts.referrals import DeclineReason, Outcome, ReferralDecided
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate

DECIDED: dict[Outcome, Status] = {"accepted": Status.ACCEPTED, "declined": Status.DECLINED}


class Deciding(ReferralState):
    """Somebody who may decides, and says why."""

    class Decided(ReferralDecided, Aggregate.Event):
        pass

    def decide(
        self,
        by: Actor,
        at: datetime,
        outcome: Outcome,
        rationale: str,
        reason_code: DeclineReason | None,
    ) -> None:
        if self.status is not Status.RECEIVED:
            raise AlreadyDecided()
        self._decided(
            actor=by, timestamp=at, outcome=outcome, rationale=rationale, reason_code=reason_code
        )

    @event(Decided)
    def _decided(
        self,
        actor: Actor,
        timestamp: datetime,
        outcome: Outcome,
        rationale: str,
        reason_code: DeclineReason | None,
    ) -> None:
        self.status = DECIDED[outcome]
        self.decisions.append(
            {
                "outcome": outcome,
                "rationale": rationale,
                "reason_code": reason_code,
                "by": actor,
                "at": timestamp,
            }
        )

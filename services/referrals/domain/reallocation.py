"""Someone who must be allocated again: noticed by the clock, once for each reason."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from eventsourcing.domain import event

from shared.contracts.referrals import ReallocationDue, ReallocationReason
from shared.kernel.actor import Actor
from shared.kernel.aggregate import AboutServiceUser, Aggregate
from shared.kernel.ids import named_id


class Reallocation(AboutServiceUser):
    """A stream of its own: what the clock does never moves the referral's version."""

    kind = "reallocation"

    class Due(ReallocationDue, Aggregate.Created):
        pass

    @classmethod
    def notice(
        cls,
        by: Actor,
        at: datetime,
        referral_id: UUID,
        worker_id: str,
        because: ReallocationReason,
        since: datetime,
        **particulars: Any,
    ) -> Self:
        name = f"{referral_id} {worker_id} {because} {since.isoformat()}"
        noticed: Self = cls.begin(
            cls.Due,
            id=named_id("reallocation", name),
            at=at,
            actor=by,
            referral_id=referral_id,
            worker_id=worker_id,
            because=because,
            since=since,
            **particulars,
        )
        return noticed

    @event(Due)
    def __init__(
        self,
        referral_id: UUID,
        service_user_id: UUID,
        team_id: str,
        worker_id: str,
        because: ReallocationReason,
        since: datetime,
        due_at: datetime,
    ) -> None:
        self.referral_id = referral_id
        self.service_user_id = service_user_id
        self.team = team_id
        self.worker_id = worker_id
        self.because = because
        self.since = since
        self.due_at = due_at

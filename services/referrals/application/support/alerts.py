"""Use cases of visit alerts."""

from typing import Any
from uuid import UUID

from services.referrals.application.support.keeping import Keeping
from services.referrals.domain import VisitAlert
from shared.eventstore.commands import Outcome
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.times import refuse_past_review


class VisitAlerts(Keeping[VisitAlert]):
    async def review(
        self, call: Call, service_user_id: UUID, id: UUID, **review: Any
    ) -> Outcome[VisitAlert]:
        refuse_past_review(review["review_due"], local_day(call.at))
        return await self.change(
            call, service_user_id, id, lambda alert, by: alert.review(by, call.at, **review)
        )

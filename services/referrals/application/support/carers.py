"""Use cases of carers."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.referrals.application.support.keeping import Keeping
from services.referrals.domain import Carer
from shared.eventstore.commands import Outcome
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.times import refuse_future_day


class Carers(Keeping[Carer]):
    async def update(
        self, call: Call, service_user_id: UUID, id: UUID, changes: Mapping[str, Any]
    ) -> Outcome[Carer]:
        refuse_future_day(changes.get("ended_on"), local_day(call.at), "ended_on")
        return await self.change(
            call, service_user_id, id, lambda carer, by: carer.update(by, call.at, changes)
        )

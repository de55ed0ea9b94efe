"""Who takes part in a worker's development plan."""

from collections.abc import Iterable

from services.supervision.application.participants import Participants
from services.supervision.projection import DevelopmentPlans
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.platform.relationships import Relationships

WHOSE = "A development plan is for the worker, who manages them, and who supervises them."


class Circle:
    """The worker, their line manager, and those who supervise them by an agreement in force."""

    def __init__(self, read: DevelopmentPlans, relationships: Relationships) -> None:
        self._read = read
        self._participants = Participants(relationships)

    async def has(self, call: Call, worker_id: str) -> bool:
        """Whether a worker's plan is the caller's to read and to go on with."""
        return bool(await self.of(call, [worker_id]))

    async def of(self, call: Call, worker_ids: Iterable[str]) -> set[str]:
        """Those of some workers whose plans are the caller's to read: no one's, once the caller
        has left."""
        if not await self._participants.at_work(call):
            return set()
        return await self._read.guided(call.caller.staff_id, {*worker_ids}, local_day(call.at))

"""Who takes part in what is between two: nobody, once they have left."""

from services.supervision.domain import NotYours
from services.supervision.domain.confidential import Confidential as Between
from shared.contracts.supervision import Party
from shared.kernel.call import Call
from shared.platform.relationships import Relationships


class Participants:
    def __init__(self, relationships: Relationships) -> None:
        self._relationships = relationships

    async def party(self, call: Call, about: Between) -> Party:
        """Which of the two the caller is. Raises `Confidential` for anybody else."""
        if not await self.at_work(call):
            raise about.not_for_them()
        return about.party(call.caller.staff_id)

    async def require_supervisor(self, call: Call, about: Between) -> None:
        """Raises `Confidential`, or `NotYours` for the worker."""
        if await self.party(call, about) != "supervisor":
            raise about.not_for_the_worker()

    async def require_at_work(self, call: Call) -> None:
        """For lists of one's own. Raises `NotYours` for who has left."""
        if not await self.at_work(call):
            raise NotYours()

    async def at_work(self, call: Call) -> bool:
        """Whether the caller is: of whom the register doesn't have, the token is believed."""
        return (await self._relationships.facts(call)).staff.at_work

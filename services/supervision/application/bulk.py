"""Many entries of the register in one request, each on its own (an HR feed's)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.supervision.application.workers import Workers
from services.supervision.domain import Asked
from shared.kernel.call import Call
from shared.kernel.errors import Forbidden, Malformed, Refusal, Unavailable
from shared.platform.accesslog import AccessLog

AT_ONCE = 64
"""How many rows are on their way together: enough to share commits, not to fill the process."""


@dataclass(frozen=True, slots=True)
class Row:
    """An entry that is asked for, of a version if it is there already; or what is wrong with it."""

    staff_id: str | None
    version: int | None
    asked: Asked | Malformed


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a row: the version that the entry has, or why it was refused."""

    staff_id: str | None
    version: int | None = None
    new: bool = False
    refusal: Refusal | None = None


class BulkEntries:
    def __init__(self, workers: Workers, log: AccessLog) -> None:
        self._workers = workers
        self._log = log

    async def put(self, call: Call, rows: Sequence[Row]) -> list[Done]:
        """What became of each row, in their order. Each is a transaction of its own: what is
        refused of one leaves the others alone."""
        teams = await self._workers.teams(call)
        room = asyncio.Semaphore(AT_ONCE)

        async def one(row: Row) -> Done:
            async with room:
                try:
                    return await self._one(call, row, teams)
                except Refusal as refusal:
                    return Done(row.staff_id, refusal=await self._recorded(call, refusal))

        return await asyncio.gather(*map(one, rows))

    async def _one(self, call: Call, row: Row, teams: frozenset[str] | None) -> Done:
        if isinstance(row.asked, Malformed):
            raise row.asked
        assert row.staff_id, "a row that is well-formed says whose it is"
        held = await self._workers.held(row.staff_id)
        if held and held.asked(row.asked, call.at) == held.details:
            # So an answer that was lost can be asked for again, whatever version it made.
            return Done(row.staff_id, held.version)
        own = replace(call, if_match=row.version)
        done, new = await self._workers.set_down(
            own, row.staff_id, row.asked, teams, held=held is not None
        )
        return Done(row.staff_id, done.aggregate.version, new)

    async def _recorded(self, call: Call, refusal: Refusal) -> Refusal:
        """A refusal for who somebody is, once it is on record, as if the row had come alone."""
        if isinstance(refusal, Forbidden):
            try:
                await self._log.denied(call, refusal)
            except Unavailable as unavailable:
                return unavailable
        return refusal

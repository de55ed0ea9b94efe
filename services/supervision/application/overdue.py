"""What the clock does about supervision: says, once, that it is overdue."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from services.supervision.domain import OverdueSupervision
from services.supervision.projection import Overdue as ReadModel
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.platform.deadlines import each_due

AT_ONCE = 100
LOOK_EVERY = timedelta(seconds=10)
"""Days pass seldom, and looking asks for the last session of every agreement: between two looks
that find nothing on one day is this long."""


class Overdue:
    def __init__(self, database: Database, commands: Commands) -> None:
        self._commands = commands
        self._read = ReadModel(database)
        self._nothing_at: datetime | None = None

    async def notice(self, call: Call) -> int:
        """Record some of what has come due; returns how much that was."""
        if self._looked_lately(call.at):
            return 0

        async def page(passed: int) -> list[dict[str, Any]]:
            found = await self._read.unnoticed(local_day(call.at))
            self._nothing_at = None if found else call.at
            return found[passed : passed + AT_ONCE]

        return await each_due(page, partial(self._notice, call))

    def _looked_lately(self, at: datetime) -> bool:
        last = self._nothing_at
        return (
            last is not None
            and timedelta(0) <= at - last < LOOK_EVERY
            and local_day(at) == local_day(last)
        )

    async def _notice(self, call: Call, **particulars: Any) -> bool:
        overdue = OverdueSupervision.notice(call.actor(), call.at, **particulars)
        return await self._commands.append(call, overdue)

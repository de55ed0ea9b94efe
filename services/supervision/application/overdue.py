"""What the clock does about supervision: says, once, that it is overdue."""

import asyncio
from typing import Any

from services.supervision.domain import OverdueSupervision
from services.supervision.projection import Overdue as ReadModel
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.errors import VersionChanged

AT_ONCE = 100


class Overdue:
    def __init__(self, database: Database, commands: Commands) -> None:
        self._commands = commands
        self._read = ReadModel(database)

    async def notice(self, call: Call) -> int:
        """Record some of what has come due; returns how much that was."""
        found = await self._read.unnoticed(local_day(call.at))
        some = found[:AT_ONCE]
        return sum(await asyncio.gather(*(self._notice(call, **each) for each in some)))

    async def _notice(self, call: Call, **particulars: Any) -> bool:
        overdue = OverdueSupervision.notice(call.actor(), call.at, **particulars)
        try:
            await self._commands.append(call, overdue)
        except VersionChanged:
            return False  # another worker led meanwhile, and noticed it
        return True

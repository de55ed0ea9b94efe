"""What the clock does about countersignatures: says, once, that one is overdue."""

import asyncio
from typing import Any

from services.notes.domain import OverdueCountersignature
from services.notes.projection import Overdue as ReadModel
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.kernel.call import Call


class Overdue:
    def __init__(self, database: Database, commands: Commands) -> None:
        self._commands = commands
        self._read = ReadModel(database)

    async def notice(self, call: Call) -> int:
        """Record what has come due; returns how much that was."""
        found = await self._read.unnoticed(call.at)
        return sum(await asyncio.gather(*(self._notice(call, **each) for each in found)))

    async def _notice(self, call: Call, **particulars: Any) -> bool:
        overdue = OverdueCountersignature.notice(call.actor(), call.at, **particulars)
        return await self._commands.append(call, overdue)

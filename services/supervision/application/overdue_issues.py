"""What the clock does about issues: says, once, that nobody answered one in time."""

import asyncio
from typing import Any

from services.supervision.domain import OverdueIssue
from services.supervision.projection import Issues as ReadModel
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.kernel.call import Call


class OverdueIssues:
    def __init__(self, database: Database, commands: Commands) -> None:
        self._commands = commands
        self._read = ReadModel(database)

    async def notice(self, call: Call) -> int:
        """Record what has come due; returns how much that was."""
        found = await self._read.unnoticed(call.at)
        return sum(await asyncio.gather(*(self._notice(call, **each) for each in found)))

    async def _notice(self, call: Call, **particulars: Any) -> bool:
        overdue = OverdueIssue.notice(call.actor(), call.at, **particulars)
        return await self._commands.append(call, overdue)

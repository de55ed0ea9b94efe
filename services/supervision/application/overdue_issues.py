"""What the clock does about issues: says, once, that nobody answered one in time."""

from functools import partial
from typing import Any

from services.supervision.domain import OverdueIssue
from services.supervision.projection import Issues as ReadModel
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.kernel.call import Call
from shared.platform.deadlines import each_due


class OverdueIssues:
    def __init__(self, database: Database, commands: Commands) -> None:
        self._commands = commands
        self._read = ReadModel(database)

    async def notice(self, call: Call) -> int:
        """Record what has come due; returns how much that was."""
        return await each_due(partial(self._read.unnoticed, call.at), partial(self._notice, call))

    async def _notice(self, call: Call, **particulars: Any) -> bool:
        overdue = OverdueIssue.notice(call.actor(), call.at, **particulars)
        return await self._commands.append(call, overdue)

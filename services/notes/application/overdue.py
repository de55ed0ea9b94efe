"""What the clock does about countersignatures: says, once, that one is overdue."""

from functools import partial
from typing import Any

from services.notes.domain import OverdueCountersignature
from services.notes.projection import Overdue as ReadModel
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.kernel.call import Call
from shared.platform.deadlines import each_due


class Overdue:
    def __init__(self, database: Database, commands: Commands) -> None:
        self._commands = commands
        self._read = ReadModel(database)

    async def notice(self, call: Call) -> int:
        """Record what has come due; returns how much that was."""
        return await each_due(partial(self._read.unnoticed, call.at), partial(self._notice, call))

    async def _notice(self, call: Call, **particulars: Any) -> bool:
        overdue = OverdueCountersignature.notice(call.actor(), call.at, **particulars)
        return await self._commands.append(call, overdue)

"""What the clock does about people without a worker: says, once, that they must have another."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from services.referrals.domain import Reallocation
from services.referrals.projection import Reallocations as ReadModel
from services.referrals.projection import Rules
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.kernel.call import Call
from shared.platform.deadlines import each_due


class Reallocations:
    def __init__(self, database: Database, commands: Commands) -> None:
        self._commands = commands
        self._read = ReadModel(database)
        self._rules = Rules(database)

    async def notice(self, call: Call) -> int:
        """Record who must be allocated again; returns how many that was."""
        return await each_due(self._read.unnoticed, partial(self._notice, call))

    async def _notice(self, call: Call, team_id: str, since: datetime, **particulars: Any) -> bool:
        policy = await self._rules.of(team_id, since)
        due = Reallocation.notice(
            call.actor(),
            call.at,
            team_id=team_id,
            since=since,
            due_at=since + timedelta(days=policy.rules.reallocate_within_days),
            **particulars,
        )
        return await self._commands.append(call, due)

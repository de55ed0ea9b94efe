"""Use cases of themes: told by the clock, once a quarter, and read as they were told."""

import logging
from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from typing import Any

from pydantic_core import from_json

from services.supervision import policy
from services.supervision.domain import NotYourTeam, ThemeRelease
from services.supervision.projection import Register, ThemeReleases
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents
from shared.eventstore.listing import Slice
from shared.eventstore.sealing import CannotOpen
from shared.kernel.call import Call
from shared.platform.deadlines import each_due

log = logging.getLogger(__name__)


class Themes:
    def __init__(
        self,
        database: Database,
        commands: Commands,
        documents: Documents,
    ) -> None:
        self._commands = commands
        self._documents = documents
        self._register = Register(database)
        self._read = ThemeReleases(database)

    async def page(
        self, call: Call, team_id: str | None, after: list[Any] | None, limit: int
    ) -> Slice:
        """What was told of a team of the caller's, the newest quarter first; of their only one, if
        none is named. Nothing is worked out anew. Raises `NotYourTeam`."""
        own = await self._register.teams_of(call.caller)
        named = team_id or (min(own) if len(own) == 1 else None)
        if named not in own:
            raise NotYourTeam()
        return await self._read.page(team_id=named, limit=limit, after=after)

    async def release(self, call: Call) -> int:
        """Tell, of each team, the oldest quarter that has ended and wasn't told; returns how many
        teams that was."""

        async def page(passed: int) -> list[dict[str, Any]]:
            return (await self._read.untold(policy.ended_before(call.at)))[passed:]

        return await each_due(page, partial(self._release, call))

    async def _release(self, call: Call, team_id: str, recorded_at: datetime) -> bool:
        quarter = policy.Quarter.of(recorded_at)
        named = [each async for each in self._named(team_id, quarter)]
        themes = policy.anonymised(named, await self._register.names_in(team_id))
        release = ThemeRelease.release(call.actor(), call.at, team_id, quarter, themes)
        return await self._commands.append(call, release)

    async def _named(
        self, team_id: str, quarter: policy.Quarter
    ) -> AsyncIterator[tuple[str, list[str]]]:
        """Whose record of a quarter named which themes. What was destroyed names none."""
        period = {"team_id": team_id, "since": quarter.since, "until": quarter.until}
        async for found in self._read.records(**period):
            for row in found.rows:
                try:
                    opened = await self._documents.one(row)
                except CannotOpen:  # one that was tampered with mustn't keep the others back
                    log.error("the record of session %s can't be opened: it was changed", row["id"])
                    continue
                yield row["worker_id"], from_json(opened["document"])["themes"] or []

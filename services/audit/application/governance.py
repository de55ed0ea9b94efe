"""What the IG lead watches: alerts, and how often the glass is broken."""

from datetime import datetime
from typing import Any

from services.audit.application.engagements import Engagements
from services.audit.application.questions import Questions
from services.audit.policy import BreakGlass, break_glass, whole_weeks
from services.audit.projection import Accesses, BrokenGlass
from shared.eventstore.database import Database
from shared.eventstore.listing import Slice
from shared.kernel.call import Call


class Governance:
    def __init__(self, database: Database, engagements: Engagements, questions: Questions) -> None:
        self._engagements = engagements
        self._questions = questions
        self._accesses = Accesses(database)
        self._glass = BrokenGlass(database)

    async def alerts(self, call: Call, **filters: Any) -> Slice:
        """What the IG lead is told of at once, newest first."""
        seen = await self._engagements.sight(call)
        found = await self._accesses.alerts(seen, **filters)
        await self._questions.record(call, seen.engagement_id, "alerts", filters, len(found.rows))
        return found

    async def break_glass(
        self, call: Call, team_id: str | None, since: datetime | None, until: datetime | None
    ) -> BreakGlass:
        """Overrides by week, of a team or of all that the caller's scope covers."""
        seen = await self._engagements.sight(call)
        start, end = whole_weeks(since, until, call.at)
        happened = await self._glass.between(seen.scope, team_id, start, end)
        found = break_glass(happened, start, end, call.at)
        asked = {"team_id": team_id, "since": since, "until": until}
        await self._questions.record(
            call, seen.engagement_id, "break_glass", asked, len(found.weeks)
        )
        return found

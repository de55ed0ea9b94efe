"""Who is on a caseload and has had no entry in their record for too long (domain, section 10)."""

from datetime import datetime, timedelta
from typing import Any

from services.audit.application.engagements import Engagements
from services.audit.application.questions import Questions, people_of
from services.audit.projection import RecordGaps as ReadModel
from shared.eventstore.database import Database
from shared.eventstore.listing import Slice
from shared.kernel.call import Call


class RecordGaps:
    def __init__(self, database: Database, engagements: Engagements, questions: Questions) -> None:
        self._engagements = engagements
        self._questions = questions
        self._read = ReadModel(database)

    async def page(
        self,
        call: Call,
        team_id: str | None,
        days: int,
        as_of: datetime | None,
        **rest: Any,
    ) -> Slice:
        """People without an entry for so many days, those without one for longest first: of a team
        or of all that the caller's scope covers, now or at a time."""
        at = min(as_of or call.at, call.at)
        seen = await self._engagements.sight(call)
        found = await self._read.page(seen, team_id, at, at - timedelta(days=days), **rest)
        asked = {"team_id": team_id, "days": days, "as_of": as_of}
        await self._questions.record(
            call, seen.engagement_id, "record_gaps", asked, len(found.rows), people_of(found)
        )
        return found

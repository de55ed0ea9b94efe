"""Looking up what is to be done after sessions."""

from typing import Any

from services.supervision.application.participants import Participants
from services.supervision.projection import Actions as ReadModel
from services.supervision.projection import action_told
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Relationships


class Actions:
    def __init__(
        self, database: Database, relationships: Relationships, documents: Documents
    ) -> None:
        self._relationships = relationships
        self._participants = Participants(relationships)
        self._documents = documents
        self._read = ReadModel(database)

    async def page(self, call: Call, overdue: bool | None, **rest: Any) -> Slice:
        """Those of the caller's own sessions, whoever's they are of the two. Raises
        `NotYours` for who has left."""
        await self._participants.require_at_work(call)
        today = local_day(call.at)
        if overdue is not None:
            rest["overdue_on" if overdue else "not_overdue_on"] = today
        found = await self._read.page(participant=call.caller.staff_id, **rest)
        whose = tuple(sorted({row["worker_id"] for row in found.rows}))
        found = await self._documents.shown(found)
        await self._relationships.shown(
            call, Grant("participant"), Shown(returned=len(found.rows), staff_ids=whose)
        )
        return found.shown(lambda row: action_told(row, today))

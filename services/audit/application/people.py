"""Who looked at a person's record, and who could have."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.audit.application.engagements import Engagements
from services.audit.application.questions import Questions
from services.audit.policy import Sight, rights
from services.audit.projection import Accesses
from services.audit.projection import People as ReadModel
from shared.eventstore.database import Database
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.errors import NoEngagement, NotFound
from shared.platform.messaging import Messaging


class People:
    def __init__(
        self,
        database: Database,
        messaging: Messaging,
        engagements: Engagements,
        questions: Questions,
    ) -> None:
        self._messaging = messaging
        self._engagements = engagements
        self._questions = questions
        self._read = ReadModel(database)
        self._accesses = Accesses(database)

    async def accesses(self, call: Call, service_user_id: UUID, **filters: Any) -> Slice:
        """Who looked at a person's record, who was refused and who broke the glass."""
        seen, team = await self._covered(call, service_user_id)
        person = str(service_user_id)
        identified = seen.identified.covers(team, (person,))
        found = await self._accesses.page(subject=person, identified=identified, **filters)
        asked = {"service_user_id": person, **filters}
        await self._questions.record(call, seen, "accesses", asked, len(found.rows))
        return found

    async def access_rights(
        self, call: Call, service_user_id: UUID, staff_id: str | None, as_of: datetime | None
    ) -> dict[str, Any]:
        """Who could see a person's record at a time, and why."""
        seen, team = await self._covered(call, service_user_id)
        person, at = str(service_user_id), as_of or call.at
        found = rights(await self._read.facts(person, team, at, staff_id), at, staff_id)
        identified = seen.identified.covers(team, (person,))
        asked = {"service_user_id": person, "staff_id": staff_id, "as_of": as_of}
        await self._questions.record(call, seen, "access_rights", asked, len(found.items))
        return {
            "service_user_id": person,
            "as_of": at,
            "restricted": found.restricted,
            "items": [
                {
                    "staff_id": each.staff_id,
                    "name": each.name if identified else None,
                    "at_work": each.at_work,
                    "excluded": each.excluded,
                    "ties": each.ties,
                }
                for each in found.items
            ],
        }

    async def _covered(self, call: Call, service_user_id: UUID) -> tuple[Sight, str]:
        """What the caller sees, and the person's team.

        Raises `NotFound` for somebody unknown, `NoEngagement` when no engagement covers them.
        """
        seen = await self._engagements.sight(call)
        person = str(service_user_id)
        team = await self._read.team(person)
        if team is None:
            await self._messaging.catch_up("referrals")
            team = await self._read.team(person)
        if team is None:
            raise NotFound("No service user has this id.")
        if not seen.scope.covers(team, (person,)):
            raise NoEngagement(subject=person)
        return seen, team

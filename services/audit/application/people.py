"""Who looked at a person's record, and who could have."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.audit.application.engagements import Engagements
from services.audit.application.questions import Questions, together
from services.audit.policy import Sight, rights, widest
from services.audit.projection import Accesses, Filed, Readers, SamePerson
from services.audit.projection import People as ReadModel
from shared.eventstore.database import Database
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.engagement import Terms
from shared.kernel.errors import Excluded, NoEngagement, NotFound
from shared.platform.messaging import Messaging


class People:
    """`grace` is how long a tie to a caseload or a team outlives its end, as in the services."""

    def __init__(
        self,
        database: Database,
        messaging: Messaging,
        engagements: Engagements,
        questions: Questions,
        grace: timedelta,
    ) -> None:
        self._messaging = messaging
        self._engagements = engagements
        self._questions = questions
        self._grace = grace
        self._read = ReadModel(database)
        self._accesses = Accesses(database)
        self._readers = Readers(database)
        self._same = SamePerson(database)

    async def accesses(self, call: Call, service_user_id: UUID, **filters: Any) -> Slice:
        """Who looked at a person's record, who was refused and who broke the glass."""
        person = str(service_user_id)
        seen, under, same = await self.covered(call, person)
        found = await self._accesses.page(seen, same, identified=under.identities, **filters)
        asked = {"service_user_id": person, **filters}
        await self._questions.record(
            call, under.id, "accesses", asked, len(found.rows), together(same)
        )
        return found

    async def access_rights(
        self, call: Call, service_user_id: UUID, staff_id: str | None, as_of: datetime | None
    ) -> dict[str, Any]:
        """Who could see a person's record at a time, and why: that of all registrations which were
        this person then."""
        person, at = str(service_user_id), as_of or call.at
        _, under, _ = await self.covered(call, person)
        same = await self._same.at(person, at)
        teams = await self._read.teams(same, at) or await self._read.teams(same)
        facts = await self._read.facts(same, set(teams.values()), at, staff_id)
        found = rights(facts, at, staff_id, self._grace, same[0])
        asked = {"service_user_id": person, "staff_id": staff_id, "as_of": as_of}
        await self._questions.record(
            call, under.id, "access_rights", asked, len(found.items), together(same)
        )
        return {
            "service_user_id": person,
            "as_of": at,
            "restricted": found.restricted,
            "items": [
                {
                    "staff_id": each.staff_id,
                    "name": each.name if under.identities else None,
                    "at_work": each.at_work,
                    "excluded": each.excluded,
                    "ties": each.ties,
                }
                for each in found.items
            ],
        }

    async def readers(self, call: Call, note_id: UUID) -> dict[str, Any]:
        """Who was shown a note: until it was retracted, or until now. Raises what `covered` does,
        and `Excluded` to whom it is kept from."""
        filed = await self.filed(note_id)
        seen, under, _ = await self.covered(call, filed.person)
        if not seen.kept_from.isdisjoint({str(note_id), *filed.concerns}):
            await self._engagements.refuse(Excluded, filed.person)
        until = filed.until or call.at
        found = await self._readers.of(note_id, filed, until, identified=under.identities)
        asked = {"service_user_id": filed.person, "note_id": note_id}
        await self._questions.record(call, under.id, "note_readers", asked, len(found))
        return {
            "note_id": note_id,
            "service_user_id": filed.person,
            "since": filed.since,
            "until": until,
            "retracted": filed.until is not None,
            "items": found,
        }

    async def filed(self, note_id: UUID) -> Filed:
        """Under whom a note is, with what belongs to it. Raises `NotFound`."""
        found = await self._readers.filed(note_id)
        if found is None:
            await self._messaging.catch_up("notes")
            found = await self._readers.filed(note_id)
        if found is None:
            raise NotFound("No note has this id.")
        return found

    async def covered(self, call: Call, person: str) -> tuple[Sight, Terms, tuple[str, ...]]:
        """What the caller sees, what of it covers the person, and the person's registrations.

        Raises `NotFound` for somebody unknown, `Excluded` to who is excluded from their record,
        `NoEngagement` when no engagement covers them.
        """
        for word_of in ((), ("referrals",)):
            await self._messaging.catch_up(*word_of)
            same = await self._same.now(person)
            teams = await self._read.teams(same)
            if person in teams:
                break
        else:
            raise NotFound("No service user has this id.")
        seen = await self._engagements.sight(call, person)
        under = widest(seen.under(teams[each], same) for each in same if each in teams)
        if under is None:
            await self._engagements.refuse(NoEngagement, person)
        return seen, under, same

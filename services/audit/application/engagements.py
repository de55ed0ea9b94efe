"""Agreeing and ending engagements, and what an auditor may see under them."""

from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from services.audit.domain import Engagement, NotYourEngagement
from services.audit.policy import GOVERNANCE, Sight, refuse_term
from services.audit.projection import Engagements as ReadModel
from services.audit.projection import Restrictions, SamePerson
from shared.contracts.access import EngagementAgreed
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.errors import Excluded, Forbidden, NoEngagement, NotFound
from shared.kernel.ids import new_id


class Engagements:
    def __init__(self, database: Database, commands: Commands) -> None:
        self._commands = commands
        self._read = ReadModel(database)
        self._restrictions = Restrictions(database)
        self._same = SamePerson(database)

    async def agree(self, call: Call, terms: EngagementAgreed) -> Outcome[Engagement]:
        """Let an auditor read. Raises `Malformed` for a term that is over or too long."""
        refuse_term(terms.starts_at, terms.ends_at, call.at)
        return await self._commands.create(
            call, lambda: Engagement.agree(call.actor(), call.at, new_id(), terms), Engagement
        )

    async def end(self, call: Call, id: UUID, reason: str) -> Outcome[Engagement]:
        """End an engagement before its time; the auditor's next question is refused."""
        return await self._commands.change(
            call, Engagement, id, lambda each: each.end(call.actor(), call.at, reason)
        )

    async def engagement(self, call: Call, id: UUID) -> dict[str, Any]:
        """One engagement. Raises `NotYourEngagement` for another auditor's."""
        found = await self._read.one(id)
        if found is None:
            raise NotFound()
        if call.role == "auditor" and found["auditor_id"] != call.caller.staff_id:
            raise NotYourEngagement()
        return found

    async def engagements(
        self, call: Call, auditor_id: str | None, active: bool | None, **rest: Any
    ) -> Slice:
        """Engagements, newest first: all to an IG lead, to an auditor their own."""
        if call.role == "auditor":
            auditor_id = auditor_id or call.caller.staff_id
            if auditor_id != call.caller.staff_id:
                raise NotYourEngagement()
        at: dict[str, datetime] = {}
        if active is not None:
            at["in_force" if active else "not_in_force"] = call.at
        return await self._read.page(auditor_id=auditor_id, **at, **rest)

    async def sight(self, call: Call, about: str | None = None) -> Sight:
        """What the caller may see of the record; `about` is whom a question names, if anyone.

        Raises `Excluded` to who is excluded from that person's record, and `NoEngagement` to an
        auditor without any.
        """
        excluding = await self._restrictions.excluding(call.caller.staff_id)
        excluded_from = await self._same.all_of(excluding)
        if about in excluded_from:
            await self.refuse(Excluded, about)
        kept_from = await self._restrictions.kept_from(call.caller.staff_id)
        if call.role != "auditor":
            return Sight((GOVERNANCE,), excluded_from, kept_from)
        in_force = await self._read.in_force(call.caller.staff_id, call.at)
        if not in_force:
            await self.refuse(NoEngagement, about)
        return Sight(await self._same.covered(in_force), excluded_from, kept_from)

    async def refuse(self, refusal: type[Forbidden], person: str | None) -> NoReturn:
        """Raise a refusal that goes into the record of a person, and says if that is restricted."""
        raise refusal(subject=person, restricted=await self.any_restricted(person))

    async def any_restricted(self, *people: str | None) -> bool:
        """Whether the record of any of these people is restricted."""
        known = await self._same.all_of({each for each in people if each})
        return await self._restrictions.any_restricted(known)

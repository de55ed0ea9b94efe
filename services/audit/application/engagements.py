"""Agreeing and ending engagements, and what an auditor may see under them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.audit.domain import Engagement, NotYourEngagement
from services.audit.policy import GOVERNANCE, Sight, refuse_term, sight
from services.audit.projection import Engagements as ReadModel
from shared.contracts.access import EngagementAgreed
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.errors import NoEngagement, NotFound
from shared.kernel.ids import new_id


class Engagements:
    def __init__(self, database: Database, commands: Commands) -> None:
        self._commands = commands
        self._read = ReadModel(database)

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

    async def sight(self, call: Call) -> Sight:
        """What the caller may see of the record. Raises `NoEngagement` to an auditor without."""
        if call.role != "auditor":
            return GOVERNANCE
        found = sight(await self._read.in_force(call.caller.staff_id, call.at))
        if found is None:
            raise NoEngagement()
        return found

"""Use cases of waiting lists: who waits, in which order, and looking at them again."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.referrals import policy
from services.referrals.domain import Referral
from services.referrals.policy import DEFAULT
from services.referrals.projection import Rules, WaitingList
from shared.contracts.referrals import Priority
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.times import refuse_past_day
from shared.platform.accesslog import Shown
from shared.platform.relationships import Relationships


class Waiting:
    def __init__(
        self, database: Database, commands: Commands, relationships: Relationships
    ) -> None:
        self._commands = commands
        self._relationships = relationships
        self._rules = Rules(database)
        self._list = WaitingList(database)

    async def waiting(self, call: Call, team_id: str | None, **page: Any) -> Slice:
        """Who waits for a team of the caller's, with their place and how long they have waited.

        Restricted people keep their place, and are shown to the staff named for them.
        """
        team_id, grant = await self._relationships.team(call, team_id)
        found = await self._list.page(team_id=team_id, seen_by=call.caller.staff_id, **page)
        found = found.shown(lambda row: _waiting(call, row))
        await self._relationships.shown(call, grant, Shown.listed(found, team_id))
        return found

    async def review(
        self,
        call: Call,
        id: UUID,
        findings: str,
        priority: Priority | None,
        review_due: date | None,
    ) -> Outcome[Referral]:
        """Look again at someone who waits; the next time is when the policy says, if unsaid."""
        refuse_past_day(review_due, local_day(call.at), "review_due")
        rules = DEFAULT.rules

        async def allow(referral: Referral) -> None:
            nonlocal rules
            await self._relationships.require(call, referral.service_user_id)
            rules = (await self._rules.of(referral.team, call.at)).rules

        def decide(referral: Referral) -> None:
            referral.review(call.actor(), call.at, findings, priority, review_due, rules)

        return await self._commands.change(call, Referral, id, decide, allow)


def _waiting(call: Call, row: Mapping[str, Any]) -> dict[str, Any]:
    due: date | None = row["review_due"]
    return {
        "position": row["position"],
        "referral_id": row["id"],
        "service_user_id": row["service_user_id"],
        "priority": row["priority"],
        "waiting_since": row["waiting_since"],
        "days": policy.days_waited(row["waiting_since"], call.at),
        "review_due": due,
        "review_overdue": due is not None and due < local_day(call.at),
        "needs": row["needs"],
    }
